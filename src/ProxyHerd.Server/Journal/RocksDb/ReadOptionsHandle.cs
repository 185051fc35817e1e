using System.Runtime.InteropServices;

namespace ProxyHerd.Server.Journal.RocksDb;

/// <summary>What an iterator is made with (<c>rocksdb_readoptions_t</c>); it outlives the iterator.</summary>
internal sealed class ReadOptionsHandle() : SafeHandle(0, ownsHandle: true)
{
    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        RocksDbLibrary.DestroyReadOptions(handle);
        return true;
    }
}
