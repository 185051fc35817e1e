using System.Collections.Concurrent;
using System.Text;
using BenchmarkDotNet.Attributes;
using ProxyHerd.Protocol;

namespace ProxyHerd.Benchmarks.Locations;

/// <summary>
/// An update of one of 100,000 known clients goes into the store, its line parsed and its AT line made on the way,
/// beside a put into a ConcurrentDictionary that does the same. An update each; the commit is not timed.
/// </summary>
/// <remarks>
/// Lines are made newer between calls, so a call is an iteration; a hundred of them to warm up are the second or so that
/// the compiler takes to come to its best code.
/// </remarks>
[MemoryDiagnoser]
[InvocationCount(1)]
[WarmupCount(100)]
[IterationCount(50)]
public class AcceptBenchmarks
{
    /// <summary>What is accepted between two commits: as much as a batch's arrays keep room for.</summary>
    private const int Updates = 16_384;

    private readonly FleetOfClients _fleet = new();
    private readonly ConcurrentDictionary<string, byte[]> _dictionary = new();
    private readonly byte[] _at = new byte[AtLine.BytesMax];

    [IterationSetup]
    public void Renew()
    {
        _fleet.Commit();
        _fleet.Renew(Updates);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Updates)]
    public void ConcurrentDictionaryPut()
    {
        Span<byte> skew = stackalloc byte[PosixTime.SkewBytesMax];
        for (var i = 0; i < Updates; i++)
        {
            var at = FleetOfClients.AtOf(_fleet.Next(), skew);
            var length = at.CopyTo(_at);
            _dictionary[Encoding.UTF8.GetString(at.ClientId)] = _at.AsSpan(0, length).ToArray();
        }
    }

    [Benchmark(OperationsPerInvoke = Updates)]
    public void AcceptFromClient()
    {
        for (var i = 0; i < Updates; i++)
            _fleet.Accept(_fleet.Next());
    }

    /// <summary>What the other two have in common.</summary>
    [Benchmark(OperationsPerInvoke = Updates)]
    public int ParseAndFormatAlone()
    {
        Span<byte> skew = stackalloc byte[PosixTime.SkewBytesMax];
        var length = 0;
        for (var i = 0; i < Updates; i++)
            length += FleetOfClients.AtOf(_fleet.Next(), skew).CopyTo(_at);
        return length;
    }
}
