namespace ProxyHerd.Server.Journal.RocksDb;

/// <summary>A function of RocksDB failed; the message is its own, such as <c>Corruption: checksum mismatch</c>.</summary>
internal sealed class RocksDbException(string message) : IOException(message)
{
    /// <summary>Whether it merely says that a write or a sync of the same file, on another thread, had failed before.</summary>
    public bool IsOfAnother => Message.Contains("Seen error. Skip writing buffer.", StringComparison.Ordinal);
}
