using System.Diagnostics.Metrics;
using ProxyHerd.Herd.Metrics;

namespace ProxyHerd.Server.Places;

/// <summary>What is counted of searches in memory, on the server's own meter, by the names that other providers use.</summary>
internal sealed class EmbeddedMetrics
{
    private long _found;
    private long _foundNothing;

    /// <summary>Publishes them.</summary>
    public EmbeddedMetrics(IMeterFactory factory) => factory.Create(HerdMetrics.MeterName).CreateObservableCounter(
        "proxyherd.places.answers",
        () => new[] { Measure(ref _found, NearbySearchStatus.Ok), Measure(ref _foundNothing, NearbySearchStatus.ZeroResults) },
        "{answer}",
        "Answers of WHATSAT, by their status");

    /// <summary>A WHATSAT is answered.</summary>
    public void Answered(bool hasResults) => Interlocked.Increment(ref hasResults ? ref _found : ref _foundNothing);

    private static Measurement<long> Measure(ref long count, string status) => new(
        Volatile.Read(ref count),
        new KeyValuePair<string, object?>("provider", EmbeddedProvider.ProviderName),
        new KeyValuePair<string, object?>("outcome", status.ToLowerInvariant()));
}
