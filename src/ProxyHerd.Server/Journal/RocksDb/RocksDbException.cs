namespace ProxyHerd.Server.Journal.RocksDb;

/// <summary>A function of RocksDB failed; the message is its own, such as <c>Corruption: checksum mismatch</c>.</summary>
internal sealed class RocksDbException(string message) : IOException(message)
{
    /// <summary>What RocksDB says of a file when a write or a sync of it has failed before: to whoever writes to it, and to whoever syncs it.</summary>
    private static readonly string[] OfAnother = ["Seen error. Skip writing buffer.", "Writer has previous error."];

    /// <summary>Whether it merely says that a write or a sync of the same file, on another thread maybe, had failed before.</summary>
    public bool IsOfAnother => OfAnother.Any(text => Message.Contains(text, StringComparison.Ordinal));
}
