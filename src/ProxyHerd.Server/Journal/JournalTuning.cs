namespace ProxyHerd.Server.Journal;

/// <summary>How RocksDB is opened. It only ever writes, but for the one scan of a start.</summary>
internal static class JournalTuning
{
    /// <summary>The options, in RocksDB's own names.</summary>
    public static string Options { get; } = string.Join(';',
        "create_if_missing=true",

        // A cut at the log's end is what a crash leaves; damage before it, a log that is missing or shorter than its successor
        // says, and files that do not check out are refused.
        "wal_recovery_mode=kTolerateCorruptedTailRecords",
        "track_and_verify_wals=true",
        "paranoid_checks=true",

        // A write that failed is final: the process ends.
        "max_bgerror_resume_count=0",

        // Larger than what lies between two checkpoints: the commits that one drops are then dropped in memory, and never written
        // to a table, but where most are of different clients, whose lines need as much again. It is taken as it fills.
        "write_buffer_size=67108864",
        "max_write_buffer_number=2",
        "arena_block_size=65536",

        // What is in memory is never looked up, so it is put in order when it goes to a file or a checkpoint reads it, and not at
        // each write; a skip list was no faster.
        "memtable_factory=vector",

        // One thread writes, and now and then a checkpoint's.
        "allow_concurrent_memtable_write=false",
        "enable_write_thread_adaptive_yield=false",
        "max_background_jobs=2",

        // Turned on once all is read: merging tables beside that would share its disk and its processor.
        "disable_auto_compactions=true",

        // Nothing is looked up, so nothing is cached or filtered, and lines are too short for compression to earn its time.
        "compression=kNoCompression",
        "block_based_table_factory={no_block_cache=true;block_size=32768;checksum=kXXH3}",

        // A start opens few tables: the usual sixteen threads take longer to begin than the tables to open.
        "max_file_opening_threads=2",

        // Its own log says little, and is kept short.
        "info_log_level=WARN_LEVEL",
        "max_log_file_size=1048576",
        "keep_log_file_num=2",
        "stats_dump_period_sec=0",
        "stats_persist_period_sec=0");
}
