namespace ProxyHerd.Server.Tests.Journal.Damage;

/// <summary>What a journal held once a commit was synced.</summary>
/// <param name="LastSequence">The commit's last number.</param>
/// <param name="Log">The name of the log that was in use.</param>
/// <param name="LogLength">Bytes of it.</param>
/// <param name="Lines">Every client's line with its number.</param>
/// <param name="Position">The neighbour's position.</param>
internal sealed record CommitEnd(
    long LastSequence, string Log, long LogLength, IReadOnlyList<(long Sequence, string Line)> Lines, long Position);
