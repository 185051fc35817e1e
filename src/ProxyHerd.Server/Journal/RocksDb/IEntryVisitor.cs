namespace ProxyHerd.Server.Journal.RocksDb;

/// <summary>Takes the entries of a scan, in the order of their keys.</summary>
internal interface IEntryVisitor
{
    /// <summary>Takes one entry; the spans are the database's own memory, good until the call returns.</summary>
    void Visit(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);
}
