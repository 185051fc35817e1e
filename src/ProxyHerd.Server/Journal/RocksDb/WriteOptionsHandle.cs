using System.Runtime.InteropServices;

namespace ProxyHerd.Server.Journal.RocksDb;

/// <summary>What a write is made with (<c>rocksdb_writeoptions_t</c>).</summary>
internal sealed class WriteOptionsHandle() : SafeHandle(0, ownsHandle: true)
{
    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        RocksDbLibrary.DestroyWriteOptions(handle);
        return true;
    }
}
