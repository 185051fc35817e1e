namespace ProxyHerd.Herd.Commits;

/// <summary>One numbered update of a commit.</summary>
public readonly ref struct CommittedUpdate
{
    private readonly int _clientIdOffset;

    internal CommittedUpdate(long sequence, ReadOnlySpan<byte> line, ulong lineHash, int clientIdOffset, bool isRemoval)
    {
        Sequence = sequence;
        Line = line;
        LineHash = lineHash;
        IsRemoval = isRemoval;
        _clientIdOffset = clientIdOffset;
    }

    /// <summary>Its number.</summary>
    public long Sequence { get; }

    /// <summary>Its AT line, with single spaces and no line end.</summary>
    public ReadOnlySpan<byte> Line { get; }

    /// <summary>XXH3 (64 bits) of the line, made when it was accepted: what the journal gives back beside it at recovery.</summary>
    public ulong LineHash { get; }

    /// <summary>Whether the client is removed; the line is then the one that it had.</summary>
    public bool IsRemoval { get; }

    /// <summary>The client it is of.</summary>
    public ReadOnlySpan<byte> ClientId => Line[_clientIdOffset..(_clientIdOffset + Line[_clientIdOffset..].IndexOf((byte)' '))];
}
