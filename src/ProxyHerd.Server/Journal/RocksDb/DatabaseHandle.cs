using System.Runtime.InteropServices;

namespace ProxyHerd.Server.Journal.RocksDb;

/// <summary>An open database (<c>rocksdb_t</c>).</summary>
internal sealed class DatabaseHandle() : SafeHandle(0, ownsHandle: true)
{
    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        RocksDbLibrary.Close(handle);
        return true;
    }
}
