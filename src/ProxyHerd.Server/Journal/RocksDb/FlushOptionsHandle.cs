using System.Runtime.InteropServices;

namespace ProxyHerd.Server.Journal.RocksDb;

/// <summary>What a table is written with (<c>rocksdb_flushoptions_t</c>).</summary>
internal sealed class FlushOptionsHandle() : SafeHandle(0, ownsHandle: true)
{
    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        RocksDbLibrary.DestroyFlushOptions(handle);
        return true;
    }
}
