using ProxyHerd.Herd.Commits;

namespace ProxyHerd.Server.Journal;

/// <summary>What a journal's thread is to do.</summary>
/// <param name="Commit">The commit to write; null to sync what was written.</param>
/// <param name="IsSynced">Whether it has to be on disk at the end.</param>
internal readonly record struct JournalWork(CommitBatch? Commit, bool IsSynced);
