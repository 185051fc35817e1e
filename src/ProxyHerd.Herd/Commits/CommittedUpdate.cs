namespace ProxyHerd.Herd.Commits;

/// <summary>One numbered update of a commit.</summary>
public readonly ref struct CommittedUpdate
{
    private readonly int _clientIdOffset;

    internal CommittedUpdate(long sequence, ReadOnlySpan<byte> line, int clientIdOffset)
    {
        Sequence = sequence;
        Line = line;
        _clientIdOffset = clientIdOffset;
    }

    /// <summary>Its number.</summary>
    public long Sequence { get; }

    /// <summary>Its AT line, with single spaces and no line end.</summary>
    public ReadOnlySpan<byte> Line { get; }

    /// <summary>The client it is of.</summary>
    public ReadOnlySpan<byte> ClientId => Line[_clientIdOffset..(_clientIdOffset + Line[_clientIdOffset..].IndexOf((byte)' '))];
}
