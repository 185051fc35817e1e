using System.Buffers;
using System.Buffers.Text;

namespace ProxyHerd.Protocol;

/// <summary>One of the lines by which servers speak of a link. The spans lie in the line that was parsed.</summary>
public readonly ref struct HerdLine
{
    /// <summary>Longest HERD line, in bytes: 256 hashes of 16 digits and a space each, with room to spare.</summary>
    public const int BytesMax = 8192;

    /// <summary>Bytes of randomness in a HELLO's nonce, written as hex.</summary>
    public const int NonceBytes = 16;

    /// <summary>Bytes of a proof (HMAC-SHA256), written as hex.</summary>
    public const int ProofBytes = 32;

    /// <summary>Longest reason of a BYE, in bytes: a word or two.</summary>
    public const int ReasonBytesMax = 64;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>What the line says, and so which of the other properties hold something.</summary>
    public HerdKind Kind { get; private init; }

    /// <summary>HELLO: the speaker.</summary>
    public ReadOnlySpan<byte> Speaker { get; private init; }

    /// <summary>HELLO: whom the speaker means to speak to.</summary>
    public ReadOnlySpan<byte> Hearer { get; private init; }

    /// <summary>HELLO: the speaker's boot. HAVE, FROM, MARK, ACK: the boot of the feed's server; null in <c>HAVE - 0</c>.</summary>
    public ulong? Boot { get; private init; }

    /// <summary>HELLO: the speaker's <c>Journal:Durability</c>.</summary>
    public ReadOnlySpan<byte> Durability { get; private init; }

    /// <summary>HELLO: 32 hex digits.</summary>
    public ReadOnlySpan<byte> Nonce { get; private init; }

    /// <summary>PROVE, and the listener's HELLO: 64 hex digits. Empty in the dialler's HELLO.</summary>
    public ReadOnlySpan<byte> Proof { get; private init; }

    /// <summary>HAVE, FROM, MARK, ACK: a sequence number of the feed.</summary>
    public long Sequence { get; private init; }

    /// <summary>PING and PONG: the pinger's clock, in nanoseconds since 1970.</summary>
    public long PingNanoseconds { get; private init; }

    /// <summary>PONG: the answerer's clock, in nanoseconds since 1970.</summary>
    public long PongNanoseconds { get; private init; }

    /// <summary>BYE: why.</summary>
    public ReadOnlySpan<byte> Reason { get; private init; }

    /// <summary>DIGEST: level of the node, 0 to 1. Its children are on the next level.</summary>
    public int Level { get; private init; }

    /// <summary>DIGEST: index of the node on its level.</summary>
    public int Index { get; private init; }

    /// <summary>DIGEST: the hashes. WANT: the buckets. Not split.</summary>
    public ReadOnlySpan<byte> Rest { get; private init; }

    /// <summary>Parses any of the lines that <see cref="HerdKind"/> lists.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out HerdLine herd)
    {
        herd = default;
        var fields = new Fields(line);
        if (!fields.Next().SequenceEqual("HERD"u8))
            return false;
        var kind = fields.Next();
        if (kind.SequenceEqual("MARK"u8))
            return TryParsePosition(HerdKind.Mark, fields, out herd);
        if (kind.SequenceEqual("ACK"u8))
            return TryParsePosition(HerdKind.Ack, fields, out herd);
        if (kind.SequenceEqual("PING"u8))
            return TryParsePing(fields, out herd);
        if (kind.SequenceEqual("PONG"u8))
            return TryParsePong(fields, out herd);
        if (kind.SequenceEqual("HELLO"u8))
            return TryParseHello(fields, out herd);
        if (kind.SequenceEqual("PROVE"u8))
            return TryParseProve(fields, out herd);
        if (kind.SequenceEqual("HAVE"u8))
            return TryParsePosition(HerdKind.Have, fields, out herd);
        if (kind.SequenceEqual("FROM"u8))
            return TryParsePosition(HerdKind.From, fields, out herd);
        if (kind.SequenceEqual("BYE"u8))
            return TryParseBye(fields, out herd);
        if (kind.SequenceEqual("DIGEST"u8))
            return TryParseDigest(fields, out herd);
        return kind.SequenceEqual("WANT"u8) && TryParseWant(fields, out herd);
    }

    /// <summary>Takes the next hash off a DIGEST's <see cref="Rest"/>.</summary>
    public static bool TryReadHash(ref ReadOnlySpan<byte> rest, out ulong hash)
    {
        var fields = new Fields(rest);
        var isHash = TryParseHex64(fields.Next(), out hash);
        rest = fields.Rest;
        return isHash;
    }

    /// <summary>Reads the hashes of a DIGEST.</summary>
    /// <param name="hashes">As many as there have to be.</param>
    /// <returns>False if there are more or fewer.</returns>
    public bool TryReadHashes(Span<ulong> hashes)
    {
        var rest = Rest;
        foreach (ref var hash in hashes)
        {
            if (!TryReadHash(ref rest, out hash))
                return false;
        }

        return new Fields(rest).IsAtEnd;
    }

    /// <summary>Takes the next bucket, 0 to 65,535, off a WANT's <see cref="Rest"/>.</summary>
    public static bool TryReadBucket(ref ReadOnlySpan<byte> rest, out int bucket)
    {
        var fields = new Fields(rest);
        var isBucket = TryParseNumber(fields.Next(), 65_535, out var value);
        bucket = (int)value;
        rest = fields.Rest;
        return isBucket;
    }

    private static bool TryParseHello(Fields fields, out HerdLine herd)
    {
        var version = fields.Next();
        var speaker = fields.Next();
        var hearer = fields.Next();
        var bootText = fields.Next();
        var durability = fields.Next();
        var nonce = fields.Next();
        var proof = fields.Next();
        herd = default;
        if (!fields.IsAtEnd || !version.SequenceEqual("1"u8) || !Names.IsServerName(speaker) || !Names.IsServerName(hearer)
            || !TryParseHex64(bootText, out var boot) || !Names.IsServerName(durability) || !IsHex(nonce, NonceBytes)
            || (!proof.IsEmpty && !IsHex(proof, ProofBytes)))
            return false;
        herd = new HerdLine
        {
            Kind = HerdKind.Hello,
            Speaker = speaker,
            Hearer = hearer,
            Boot = boot,
            Durability = durability,
            Nonce = nonce,
            Proof = proof,
        };
        return true;
    }

    private static bool TryParseProve(Fields fields, out HerdLine herd)
    {
        herd = new HerdLine { Kind = HerdKind.Prove, Proof = fields.Next() };
        return fields.IsAtEnd && IsHex(herd.Proof, ProofBytes);
    }

    private static bool TryParsePosition(HerdKind kind, Fields fields, out HerdLine herd)
    {
        herd = default;
        var bootText = fields.Next();
        var sequenceText = fields.Next();
        if (!fields.IsAtEnd || !TryParseNumber(sequenceText, long.MaxValue, out var sequence))
            return false;
        var isNone = kind == HerdKind.Have && sequence == 0 && bootText.SequenceEqual("-"u8);
        ulong boot = 0;
        if (!isNone && !TryParseHex64(bootText, out boot))
            return false;
        herd = new HerdLine { Kind = kind, Boot = isNone ? null : boot, Sequence = sequence };
        return true;
    }

    private static bool TryParsePing(Fields fields, out HerdLine herd)
    {
        var isPing = PosixTime.TryParse(fields.Next(), out var ping);
        herd = new HerdLine { Kind = HerdKind.Ping, PingNanoseconds = ping };
        return isPing && fields.IsAtEnd;
    }

    private static bool TryParsePong(Fields fields, out HerdLine herd)
    {
        var isPing = PosixTime.TryParse(fields.Next(), out var ping);
        var isPong = PosixTime.TryParse(fields.Next(), out var pong);
        herd = new HerdLine { Kind = HerdKind.Pong, PingNanoseconds = ping, PongNanoseconds = pong };
        return isPing && isPong && fields.IsAtEnd;
    }

    private static bool TryParseBye(Fields fields, out HerdLine herd)
    {
        var reason = fields.Next();
        herd = new HerdLine { Kind = HerdKind.Bye, Reason = reason };
        return fields.IsAtEnd && reason.Length is >= 1 and <= ReasonBytesMax && Names.IsClientId(reason);
    }

    private static bool TryParseDigest(Fields fields, out HerdLine herd)
    {
        var isLevel = TryParseNumber(fields.Next(), 1, out var level);
        var isIndex = TryParseNumber(fields.Next(), 255, out var index);
        herd = new HerdLine { Kind = HerdKind.Digest, Level = (int)level, Index = (int)index, Rest = fields.Rest };
        var rest = herd.Rest;
        var hashes = 0;
        for (; !new Fields(rest).IsAtEnd; hashes++)
        {
            if (!TryReadHash(ref rest, out _))
                return false;
        }

        return isLevel && isIndex && hashes is >= 1 and <= 256;
    }

    private static bool TryParseWant(Fields fields, out HerdLine herd)
    {
        herd = new HerdLine { Kind = HerdKind.Want, Rest = fields.Rest };
        var rest = herd.Rest;
        var buckets = 0;
        for (; !new Fields(rest).IsAtEnd; buckets++)
        {
            if (!TryReadBucket(ref rest, out _))
                return false;
        }

        return buckets is >= 1 and <= 256;
    }

    private static bool TryParseHex64(ReadOnlySpan<byte> field, out ulong value)
    {
        value = 0;
        return IsHex(field, sizeof(ulong)) && Utf8Parser.TryParse(field, out value, out var read, 'x') && read == field.Length;
    }

    private static bool IsHex(ReadOnlySpan<byte> field, int bytes) =>
        field.Length == 2 * bytes && !field.ContainsAnyExcept(HexDigits);

    private static bool TryParseNumber(ReadOnlySpan<byte> field, long limit, out long value)
    {
        value = 0;
        return !field.IsEmpty && field.Length <= 19 && !field.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && Utf8Parser.TryParse(field, out value, out var read) && read == field.Length && value <= limit;
    }
}
