namespace ProxyHerd.Fuzz.Mutation;

/// <summary>Pieces on which the grammar turns, so that the mutator need not find them byte by byte.</summary>
internal static class Tokens
{
    /// <summary>White space, signs, digits' neighbours, control bytes and bytes beyond ASCII.</summary>
    public static ReadOnlySpan<byte> Bytes => " \t\r\v\f\n\0+-./:eE09azAfg?\x1b\x1f\x21\x7e\x7f\u00a0"u8;

    /// <summary>Words and whole fields.</summary>
    public static readonly byte[][] Words =
    [
        .. From(
            "IAMAT", "WHATSAT", "AT", "HERD", "HELLO", "PROVE", "HAVE", "FROM", "MARK", "ACK", "PING", "PONG", "DIGEST", "WANT", "BYE",
            "iamat", "IAMATT", "HER", "HERDS", "?", "-", "1", "2", "Alford", "Parker", "Bolden", "kiwi.cs.ucla.edu", "replaced",
            "Memory", "EverySecond", "Disk", "DiskAndNeighbour", "GET / HTTP/1.1", "00c0ffee00c0ffee", "00C0FFEE00C0FFEE",
            "000102030405060708090a0b0c0d0e0f", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
            "+34.068930-118.445127", "+90+180", "-90-180", "+0-0", "+00.0+000.0", "+90.000000000000001+0", "+89.999999999999999-179.999999999999999",
            "+0+0/", "+1+1+1", "1400794645.392014450", "+54.108893381", "+5.006e-05", "-1e+03", "1e9999", "0e-9999"),
        // Not UTF-8: a lone continuation, an overlong slash, a surrogate, a byte of no encoding, and half a character.
        [0x80], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xff], [0xe2, 0x82],
        // White space of Unicode, which is none here: no-break space, next line, em space, ideographic space, byte order mark.
        [0xc2, 0xa0], [0xc2, 0x85], [0xe2, 0x80, 0x83], [0xe3, 0x80, 0x80], [0xef, 0xbb, 0xbf],
    ];

    /// <summary>Numbers at, just below and just above every limit of the protocol and of the types that hold it.</summary>
    public static readonly byte[][] Numbers = From(
        "0", "00", "1", "9", "10", "19", "20", "21", "49", "50", "51", "50.0", "50.000000000000000000000000000000001", "0.0",
        "0.000000000000000000000000000000000000000000000000000000000000001", "89", "90", "91", "99", "179", "180", "181", "255", "256",
        "257", "999999999", "1000000000", "1e1", "65535", "65536", "2147483647", "2147483648", "4294967295", "4294967296", "9223372035",
        "9223372035.999999999", "9223372036", "9223372036.854775807", "9223372036.854775808", "9999999999", "10000000000",
        "0000000001", "00000000001", "1844674407370955160", "1844674407370955161", "1844674407370955162", "9223372036854775807",
        "9223372036854775808", "18446744073709551615", "18446744073709551616", "99999999999999999999", "0.1234567890", "1.",
        ".1", "1..1", "-0", "+0", "e", "1e", "1e+", "1e-0", "1e0009", "1e00009", "1e-9", "1e-10", "1e18", "1e19", "e5");

    /// <summary>Lengths at, just below and just above those of fields and lines.</summary>
    public static readonly int[] Lengths = [0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 254, 255, 256, 257, 4000, 4095, 4096, 4097, 8191, 8192, 8193];

    private static byte[][] From(params string[] words) => [.. words.Select(System.Text.Encoding.Latin1.GetBytes)];
}
