namespace ProxyHerd.Server.Journal.RocksDb;

/// <summary>A function of RocksDB failed; the message is its own, such as <c>Corruption: checksum mismatch</c>.</summary>
internal sealed class RocksDbException(string message) : IOException(message);
