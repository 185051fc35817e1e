using BenchmarkDotNet.Attributes;
using ProxyHerd.Benchmarks.Locations;

namespace ProxyHerd.Benchmarks.Commits;

/// <summary>
/// Updates are accepted and committed to memory, so many a commit, beside accepting alone. An update each, so the cost
/// of a commit is shared by its updates.
/// </summary>
/// <remarks>The warm-up is long for the reason that <see cref="AcceptBenchmarks"/> gives.</remarks>
[MemoryDiagnoser]
[InvocationCount(1)]
[WarmupCount(100)]
[IterationCount(50)]
public class CommitBenchmarks
{
    private const int Updates = 16_384;

    private readonly FleetOfClients _fleet = new();

    /// <summary>Updates a commit: what one read of a client brings that has so many requests in flight.</summary>
    [Params(1, 16, 64)]
    public int Batch { get; set; }

    [IterationSetup]
    public void Renew()
    {
        _fleet.Commit();
        _fleet.Renew(Updates);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Updates)]
    public void AcceptAlone()
    {
        for (var i = 0; i < Updates; i++)
            _fleet.Accept(_fleet.Next());
    }

    [Benchmark(OperationsPerInvoke = Updates)]
    public void AcceptAndCommit()
    {
        for (var done = 0; done < Updates; done += Batch)
        {
            long commit = 0;
            for (var i = 0; i < Batch; i++)
                commit = _fleet.Accept(_fleet.Next());
            _fleet.Wait(commit);
        }
    }
}
