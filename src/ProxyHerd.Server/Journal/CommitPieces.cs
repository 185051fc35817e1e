namespace ProxyHerd.Server.Journal;

/// <summary>Divides the commits that no checkpoint has reached into what one checkpoint takes, from the last one back.</summary>
/// <param name="pieceBytes">Bytes of commits from one checkpoint to the next.</param>
internal sealed class CommitPieces(long pieceBytes)
{
    private readonly Stack<long> _ends = new();
    private long _end = -1;
    private long _bytes;

    /// <summary>The last number of each piece, the oldest first; the oldest one has less than another before it.</summary>
    public IEnumerable<long> Ends => _ends;

    /// <summary>Bytes of the commits that come behind all pieces.</summary>
    public long RestBytes => _ends.Count == 0 ? _bytes : 0;

    /// <summary>Adds the commit before those that were added.</summary>
    /// <param name="lastSequence">Its last number.</param>
    /// <param name="bytes">What it takes.</param>
    public void Add(long lastSequence, long bytes)
    {
        if (_bytes == 0)
            _end = lastSequence;
        _bytes += bytes;
        if (_bytes < pieceBytes)
            return;
        _ends.Push(_end);
        _bytes = 0;
    }
}
