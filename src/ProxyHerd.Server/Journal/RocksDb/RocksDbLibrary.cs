using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace ProxyHerd.Server.Journal.RocksDb;

/// <summary>The functions of RocksDB's C interface that the journal calls (<c>rocksdb/c.h</c>).</summary>
/// <remarks>
/// A function that can fail takes a place for a message, which is the caller's to free. Booleans are one byte, sizes are
/// <c>size_t</c>. The package's own wrapper binds more than a thousand of them as it starts, for 68 MB and 230 ms.
/// </remarks>
internal static unsafe partial class RocksDbLibrary
{
    /// <summary><c>librocksdb.so</c>, <c>librocksdb.dylib</c>, <c>rocksdb.dll</c>: the runtime adds what the system calls for.</summary>
    private const string Name = "rocksdb";

    /// <summary>
    /// Begins to load the library, which takes some 30 ms, while the caller goes on. What is wrong with it, the first call says.
    /// </summary>
    public static void LoadAhead() => ThreadPool.UnsafeQueueUserWorkItem(
        static _ => NativeLibrary.TryLoad(Name, typeof(RocksDbLibrary).Assembly, null, out var _), null);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_create")]
    public static partial DatabaseOptionsHandle CreateOptions();

    [LibraryImport(Name, EntryPoint = "rocksdb_options_destroy")]
    public static partial void DestroyOptions(nint options);

    /// <summary>Parses <c>name=value;name={name=value}</c>; an unknown name or a wrong value is an error.</summary>
    [LibraryImport(Name, EntryPoint = "rocksdb_get_options_from_string", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void ParseOptions(DatabaseOptionsHandle basis, string text, DatabaseOptionsHandle options, out byte* error);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_get_write_buffer_size")]
    public static partial nuint GetWriteBufferSize(DatabaseOptionsHandle options);

    [LibraryImport(Name, EntryPoint = "rocksdb_open", StringMarshalling = StringMarshalling.Utf8)]
    public static partial DatabaseHandle Open(DatabaseOptionsHandle options, string folder, out byte* error);

    /// <summary>Changes options of a database that is open.</summary>
    [LibraryImport(Name, EntryPoint = "rocksdb_set_options", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetOptions(DatabaseHandle database, int count, string[] names, string[] values, out byte* error);

    [LibraryImport(Name, EntryPoint = "rocksdb_close")]
    public static partial void Close(nint database);

    [LibraryImport(Name, EntryPoint = "rocksdb_writeoptions_create")]
    public static partial WriteOptionsHandle CreateWriteOptions();

    [LibraryImport(Name, EntryPoint = "rocksdb_writeoptions_destroy")]
    public static partial void DestroyWriteOptions(nint options);

    /// <summary>Copies a batch in the form that the write-ahead log holds.</summary>
    [LibraryImport(Name, EntryPoint = "rocksdb_writebatch_create_from")]
    public static partial nint CreateBatch(byte* bytes, nuint count);

    [LibraryImport(Name, EntryPoint = "rocksdb_writebatch_destroy")]
    public static partial void DestroyBatch(nint batch);

    [LibraryImport(Name, EntryPoint = "rocksdb_write")]
    public static partial void Write(DatabaseHandle database, WriteOptionsHandle options, nint batch, out byte* error);

    /// <summary>Hands all of the write-ahead log to the operating system, and syncs it.</summary>
    [LibraryImport(Name, EntryPoint = "rocksdb_flush_wal")]
    public static partial void FlushLog(DatabaseHandle database, byte isSynced, out byte* error);

    [LibraryImport(Name, EntryPoint = "rocksdb_flushoptions_create")]
    public static partial FlushOptionsHandle CreateFlushOptions();

    [LibraryImport(Name, EntryPoint = "rocksdb_flushoptions_set_wait")]
    public static partial void SetWait(FlushOptionsHandle options, byte isAwaited);

    [LibraryImport(Name, EntryPoint = "rocksdb_flushoptions_destroy")]
    public static partial void DestroyFlushOptions(nint options);

    /// <summary>Has what is in memory written to a table, and another log begun.</summary>
    [LibraryImport(Name, EntryPoint = "rocksdb_flush")]
    public static partial void Flush(DatabaseHandle database, FlushOptionsHandle options, out byte* error);

    [LibraryImport(Name, EntryPoint = "rocksdb_readoptions_create")]
    public static partial ReadOptionsHandle CreateReadOptions();

    [LibraryImport(Name, EntryPoint = "rocksdb_readoptions_set_verify_checksums")]
    public static partial void SetVerifyChecksums(ReadOptionsHandle options, byte isVerified);

    [LibraryImport(Name, EntryPoint = "rocksdb_readoptions_set_fill_cache")]
    public static partial void SetFillCache(ReadOptionsHandle options, byte isFilled);

    [LibraryImport(Name, EntryPoint = "rocksdb_readoptions_set_readahead_size")]
    public static partial void SetReadahead(ReadOptionsHandle options, nuint bytes);

    [LibraryImport(Name, EntryPoint = "rocksdb_readoptions_destroy")]
    public static partial void DestroyReadOptions(nint options);

    [LibraryImport(Name, EntryPoint = "rocksdb_create_iterator")]
    public static partial IteratorHandle CreateIterator(DatabaseHandle database, ReadOptionsHandle options);

    [LibraryImport(Name, EntryPoint = "rocksdb_iter_destroy")]
    public static partial void DestroyIterator(nint iterator);

    /// <summary>Goes to the first key that is not before this one.</summary>
    [LibraryImport(Name, EntryPoint = "rocksdb_iter_seek")]
    public static partial void Seek(IteratorHandle iterator, byte* key, nuint count);

    /// <summary>Goes to the last key that is not behind this one.</summary>
    [LibraryImport(Name, EntryPoint = "rocksdb_iter_seek_for_prev")]
    public static partial void SeekBack(IteratorHandle iterator, byte* key, nuint count);

    // Four calls an entry, a million entries at a start: these take the pointer itself, and the first three, which only look
    // at memory, leave the collector waiting.
    [LibraryImport(Name, EntryPoint = "rocksdb_iter_valid")]
    [SuppressGCTransition]
    public static partial byte IsValid(nint iterator);

    [LibraryImport(Name, EntryPoint = "rocksdb_iter_key")]
    [SuppressGCTransition]
    public static partial byte* Key(nint iterator, nuint* count);

    [LibraryImport(Name, EntryPoint = "rocksdb_iter_value")]
    [SuppressGCTransition]
    public static partial byte* Value(nint iterator, nuint* count);

    [LibraryImport(Name, EntryPoint = "rocksdb_iter_next")]
    public static partial void Next(nint iterator);

    [LibraryImport(Name, EntryPoint = "rocksdb_iter_prev")]
    public static partial void Previous(nint iterator);

    [LibraryImport(Name, EntryPoint = "rocksdb_iter_get_error")]
    public static partial void GetError(IteratorHandle iterator, out byte* error);

    /// <returns>0 if there is such a property.</returns>
    [LibraryImport(Name, EntryPoint = "rocksdb_property_int", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetProperty(DatabaseHandle database, string name, out ulong value);

    [LibraryImport(Name, EntryPoint = "rocksdb_free")]
    private static partial void Free(void* memory);

    /// <summary>Throws if a function left a message, which is freed.</summary>
    /// <exception cref="RocksDbException">There is one.</exception>
    public static void ThrowIfError(byte* error)
    {
        if (error is null)
            return;
        var message = Utf8StringMarshaller.ConvertToManaged(error);
        Free(error);
        throw new RocksDbException(message ?? "");
    }
}
