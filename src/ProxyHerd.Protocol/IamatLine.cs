namespace ProxyHerd.Protocol;

/// <summary>A client's own word on where it is. The spans lie in the line that was parsed.</summary>
public readonly ref struct IamatLine
{
    /// <summary>1 to 255 visible bytes.</summary>
    public ReadOnlySpan<byte> ClientId { get; private init; }

    /// <summary>The position, byte for byte as it came.</summary>
    public ReadOnlySpan<byte> Position { get; private init; }

    /// <summary>The time, byte for byte as it came.</summary>
    public ReadOnlySpan<byte> Time { get; private init; }

    /// <summary>The time, in nanoseconds since 1970.</summary>
    public long TimeNanoseconds { get; private init; }

    /// <summary><c>IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 1400794645.392014450</c></summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out IamatLine iamat)
    {
        iamat = default;
        var fields = new Fields(line);
        if (!fields.Next().SequenceEqual("IAMAT"u8))
            return false;
        var clientId = fields.Next();
        var position = fields.Next();
        var time = fields.Next();
        if (!fields.IsAtEnd || !Names.IsClientId(clientId) || !Protocol.Position.IsValid(position)
            || !PosixTime.TryParse(time, out var nanoseconds))
            return false;

        iamat = new IamatLine { ClientId = clientId, Position = position, Time = time, TimeNanoseconds = nanoseconds };
        return true;
    }
}
