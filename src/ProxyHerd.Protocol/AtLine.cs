namespace ProxyHerd.Protocol;

/// <summary>A location, from any make of server. The spans lie in the line that was parsed.</summary>
public readonly ref struct AtLine
{
    /// <summary>
    /// Longest AT line with single spaces, in bytes. It has room for every field at its longest and a skew of 3,600
    /// decimals, and fits a client's line, so that whoever takes AT lines can take any that is stored.
    /// </summary>
    public const int BytesMax = 4096;

    /// <summary>The server that the client spoke to, 1 to 64 visible bytes.</summary>
    public ReadOnlySpan<byte> Server { get; private init; }

    /// <summary>The server's clock minus the client's time when the update was received, as it came.</summary>
    public ReadOnlySpan<byte> Skew { get; private init; }

    /// <summary>1 to 255 visible bytes.</summary>
    public ReadOnlySpan<byte> ClientId { get; private init; }

    /// <summary>The position, as it came.</summary>
    public ReadOnlySpan<byte> Position { get; private init; }

    /// <summary>The time, as it came.</summary>
    public ReadOnlySpan<byte> Time { get; private init; }

    /// <summary>The time, in nanoseconds since 1970.</summary>
    public long TimeNanoseconds { get; private init; }

    /// <summary>The skew, in nanoseconds; what is finer is cut off.</summary>
    public long SkewNanoseconds { get; private init; }

    /// <summary>Bytes of the line with single spaces.</summary>
    public int Length => "AT "u8.Length + Server.Length + Skew.Length + ClientId.Length + Position.Length + Time.Length + 4;

    /// <summary>Where the client ID stands in the line with single spaces.</summary>
    public int ClientIdOffset => "AT "u8.Length + Server.Length + 1 + Skew.Length + 1;

    /// <summary><c>AT Alford +54.108893381 kiwi.cs.ucla.edu +34.068930-118.445127 1400794645.392014450</c></summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out AtLine at)
    {
        at = default;
        var fields = new Fields(line);
        if (!fields.Next().SequenceEqual("AT"u8))
            return false;
        var server = fields.Next();
        var skew = fields.Next();
        var clientId = fields.Next();
        var position = fields.Next();
        var time = fields.Next();
        if (!fields.IsAtEnd || !Names.IsServerName(server) || !PosixTime.TryParseSkew(skew, out var skewNanoseconds)
            || !Names.IsClientId(clientId) || !Protocol.Position.IsValid(position)
            || !PosixTime.TryParse(time, out var timeNanoseconds))
            return false;

        at = new AtLine
        {
            Server = server,
            Skew = skew,
            ClientId = clientId,
            Position = position,
            Time = time,
            TimeNanoseconds = timeNanoseconds,
            SkewNanoseconds = skewNanoseconds,
        };
        return at.Length <= BytesMax;
    }

    /// <summary>The line that a server makes of a client's update.</summary>
    /// <param name="server">This server's name.</param>
    /// <param name="skewNanoseconds">This server's clock minus the client's time.</param>
    /// <param name="iamat">The update.</param>
    /// <param name="skewText">At least <see cref="PosixTime.SkewBytesMax"/> bytes, which the result keeps using.</param>
    public static AtLine From(ReadOnlySpan<byte> server, long skewNanoseconds, IamatLine iamat, Span<byte> skewText) => new()
    {
        Server = server,
        Skew = skewText[..PosixTime.FormatSkew(skewNanoseconds, skewText)],
        ClientId = iamat.ClientId,
        Position = iamat.Position,
        Time = iamat.Time,
        TimeNanoseconds = iamat.TimeNanoseconds,
        SkewNanoseconds = skewNanoseconds,
    };

    /// <summary>Writes the line with single spaces and no line end.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public int CopyTo(Span<byte> destination)
    {
        "AT "u8.CopyTo(destination);
        var at = 3;
        at = Append(destination, at, Server);
        at = Append(destination, at, Skew);
        at = Append(destination, at, ClientId);
        at = Append(destination, at, Position);
        Time.CopyTo(destination[at..]);
        return at + Time.Length;
    }

    private static int Append(Span<byte> destination, int at, ReadOnlySpan<byte> field)
    {
        field.CopyTo(destination[at..]);
        at += field.Length;
        destination[at] = (byte)' ';
        return at + 1;
    }
}
