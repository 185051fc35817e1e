using System.Runtime.InteropServices;

namespace ProxyHerd.Server.Journal.RocksDb;

/// <summary>What a database is opened with (<c>rocksdb_options_t</c>); it may go once the database is open.</summary>
internal sealed class DatabaseOptionsHandle() : SafeHandle(0, ownsHandle: true)
{
    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        RocksDbLibrary.DestroyOptions(handle);
        return true;
    }
}
