namespace ProxyHerd.Server.Journal.RocksDb;

/// <summary>One RocksDB database. Any thread may use it while it is open.</summary>
/// <remarks>
/// A log is left for the next one only after it was synced, and before anything is written to the next: a power cut that took the
/// end of the one and spared what is in the other would else leave what can't be told from damage. RocksDB by itself leaves a log
/// unsynced where a write finds its memory full, so a table is begun here before it is.
/// </remarks>
internal sealed class Database : IDisposable
{
    /// <summary>A read's worth of a scan: large beside what a disk takes to begin one, small beside a server's memory.</summary>
    private const int ReadaheadBytes = 2 << 20;

    private readonly DatabaseHandle _database;
    private readonly WriteOptionsHandle _unsynced = RocksDbLibrary.CreateWriteOptions();
    private readonly FlushOptionsHandle _inBackground = RocksDbLibrary.CreateFlushOptions();
    private readonly Lock _writing = new();
    private readonly long _openBytesMax;

    private Database(DatabaseHandle database, long writeBufferBytes)
    {
        _database = database;

        // RocksDB takes memory in blocks, and calls it full when some of the last one is left.
        _openBytesMax = writeBufferBytes - (writeBufferBytes / 16);
        RocksDbLibrary.SetWait(_inBackground, 0);
    }

    /// <summary>Opens a folder's database, or makes one there; what its write-ahead log holds is read back first.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="options">As <c>name=value;name=value</c>.</param>
    /// <exception cref="RocksDbException">It cannot be opened.</exception>
    public static unsafe Database Open(string folder, string options)
    {
        using var basis = RocksDbLibrary.CreateOptions();
        using var parsed = RocksDbLibrary.CreateOptions();
        RocksDbLibrary.ParseOptions(basis, options, parsed, out var error);
        RocksDbLibrary.ThrowIfError(error);
        var database = RocksDbLibrary.Open(parsed, folder, out error);
        RocksDbLibrary.ThrowIfError(error);
        return new Database(database, (long)RocksDbLibrary.GetWriteBufferSize(parsed));
    }

    /// <summary>
    /// Lets tables be merged in the background from now on; whoever opened it with that turned off has read it.
    /// </summary>
    /// <exception cref="RocksDbException">They cannot.</exception>
    public unsafe void MergeTables()
    {
        RocksDbLibrary.SetOptions(_database, 1, ["disable_auto_compactions"], ["false"], out var error);
        RocksDbLibrary.ThrowIfError(error);
    }

    /// <summary>Writes a batch; see <see cref="BatchWriter"/> for its form.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="isSynced">Whether to return only once it is on disk, with all that was written before.</param>
    /// <exception cref="RocksDbException">It may not be written, or not be on disk.</exception>
    public void Write(ReadOnlySpan<byte> batch, bool isSynced)
    {
        lock (_writing)
        {
            // However large a batch is, it is the next write that finds memory full.
            if (OpenMemtableBytes > _openBytesMax)
                LeaveLog();
            Write(batch);
        }

        if (isSynced)
            Sync();
    }

    /// <summary>Returns once all that was written is on disk.</summary>
    /// <exception cref="RocksDbException">It may not be.</exception>
    public unsafe void Sync()
    {
        RocksDbLibrary.FlushLog(_database, 1, out var error);
        RocksDbLibrary.ThrowIfError(error);
    }

    /// <summary>
    /// Begins to write to a table what is in none yet, and another log for what comes next. It waits if another table is
    /// still being written, as a write would.
    /// </summary>
    /// <exception cref="RocksDbException">It cannot, or what was written may not be on disk.</exception>
    public void BeginTable()
    {
        lock (_writing)
            LeaveLog();
    }

    /// <summary>
    /// Reads the entries from a key on up to another, which stays out, each block of a file against its checksum.
    /// </summary>
    /// <exception cref="RocksDbException">Something cannot be read, or is not as it was written.</exception>
    public unsafe void Scan(ReadOnlySpan<byte> first, ReadOnlySpan<byte> end, IEntryVisitor visitor)
    {
        using var iterator = OpenIterator();
        fixed (byte* start = first)
            RocksDbLibrary.Seek(iterator, start, (nuint)first.Length);

        // The handle is held by the using statement above for as long as its pointer is used.
        var entry = iterator.DangerousGetHandle();
        for (; RocksDbLibrary.IsValid(entry) != 0 && KeyOf(entry).SequenceCompareTo(end) < 0; RocksDbLibrary.Next(entry))
            visitor.Visit(KeyOf(entry), ValueOf(entry));
        ThrowIfBroken(iterator);
    }

    /// <summary>As <see cref="Scan"/>, from a key back to another, both with them.</summary>
    /// <exception cref="RocksDbException">Something cannot be read, or is not as it was written.</exception>
    public unsafe void ScanBack(ReadOnlySpan<byte> last, ReadOnlySpan<byte> first, IEntryVisitor visitor)
    {
        using var iterator = OpenIterator();
        fixed (byte* start = last)
            RocksDbLibrary.SeekBack(iterator, start, (nuint)last.Length);
        var entry = iterator.DangerousGetHandle();
        for (; RocksDbLibrary.IsValid(entry) != 0 && KeyOf(entry).SequenceCompareTo(first) >= 0; RocksDbLibrary.Previous(entry))
            visitor.Visit(KeyOf(entry), ValueOf(entry));
        ThrowIfBroken(iterator);
    }

    /// <summary>Bytes of memory that hold what was written and is in no table yet.</summary>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    /// <exception cref="RocksDbException">It does not tell.</exception>
    public long MemtableBytes => PropertyOf("rocksdb.cur-size-all-mem-tables");

    /// <summary>Those of them that hold what the log in use does.</summary>
    /// <exception cref="RocksDbException">It does not tell.</exception>
    public long OpenMemtableBytes => PropertyOf("rocksdb.cur-size-active-mem-table");

    /// <summary>Whether a table is begun and not yet written: to begin another is to wait for it.</summary>
    /// <exception cref="RocksDbException">It does not tell.</exception>
    public bool IsWritingATable => PropertyOf("rocksdb.num-immutable-mem-table") > 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        _database.Dispose();
        _unsynced.Dispose();
        _inBackground.Dispose();
    }

    private unsafe void Write(ReadOnlySpan<byte> batch)
    {
        fixed (byte* bytes = batch)
        {
            var copy = RocksDbLibrary.CreateBatch(bytes, (nuint)batch.Length);
            RocksDbLibrary.Write(_database, _unsynced, copy, out var error);
            RocksDbLibrary.DestroyBatch(copy);
            RocksDbLibrary.ThrowIfError(error);
        }
    }

    /// <summary>Whoever calls it keeps others from writing.</summary>
    private unsafe void LeaveLog()
    {
        Sync();
        RocksDbLibrary.Flush(_database, _inBackground, out var error);
        RocksDbLibrary.ThrowIfError(error);
    }

    private long PropertyOf(string name) => RocksDbLibrary.GetProperty(_database, name, out var value) == 0
        ? (long)value
        : throw new RocksDbException($"it does not tell {name}");

    private IteratorHandle OpenIterator()
    {
        using var options = RocksDbLibrary.CreateReadOptions();
        RocksDbLibrary.SetVerifyChecksums(options, 1);
        RocksDbLibrary.SetFillCache(options, 0);
        RocksDbLibrary.SetReadahead(options, ReadaheadBytes);
        return RocksDbLibrary.CreateIterator(_database, options);
    }

    private static unsafe ReadOnlySpan<byte> KeyOf(nint entry)
    {
        nuint count;
        var key = RocksDbLibrary.Key(entry, &count);
        return new ReadOnlySpan<byte>(key, (int)count);
    }

    private static unsafe ReadOnlySpan<byte> ValueOf(nint entry)
    {
        nuint count;
        var value = RocksDbLibrary.Value(entry, &count);
        return new ReadOnlySpan<byte>(value, checked((int)count));
    }

    private static unsafe void ThrowIfBroken(IteratorHandle iterator)
    {
        RocksDbLibrary.GetError(iterator, out var error);
        RocksDbLibrary.ThrowIfError(error);
    }
}
