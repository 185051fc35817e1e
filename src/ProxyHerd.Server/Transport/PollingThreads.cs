namespace ProxyHerd.Server.Transport;

/// <summary>The polling threads of this process. All its servers share them: a thread a core is all that is of use.</summary>
internal sealed class PollingThreads
{
    /// <summary>
    /// Threads at most. One alone serves more requests than most herds will ever see; those beyond a few would find the
    /// cores taken by the work behind them.
    /// </summary>
    private const int CountMax = 8;

    private static readonly Lazy<PollingThreads> LazilyShared = new(() => new PollingThreads(Math.Min(Environment.ProcessorCount, CountMax)));

    private readonly PollingThread[] _threads;
    private int _next;

    /// <summary>Starts threads, which live as long as the process.</summary>
    public PollingThreads(int count) => _threads = [.. Enumerable.Range(1, count).Select(number => new PollingThread(number))];

    /// <summary>Those of this process, started when they are first asked for.</summary>
    public static PollingThreads Shared => LazilyShared.Value;

    /// <summary>The thread of the next connection, in turn.</summary>
    public PollingThread Next() => _threads[(uint)Interlocked.Increment(ref _next) % (uint)_threads.Length];
}
