using System.Runtime.InteropServices;

namespace ProxyHerd.Server.Journal.RocksDb;

/// <summary>An iterator (<c>rocksdb_iterator_t</c>); it goes before its database.</summary>
internal sealed class IteratorHandle() : SafeHandle(0, ownsHandle: true)
{
    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        RocksDbLibrary.DestroyIterator(handle);
        return true;
    }
}
