using System.Diagnostics.Metrics;
using ProxyHerd.Herd.Metrics;

namespace ProxyHerd.Server.Places.Google;

/// <summary>What is counted of a server's questions to Google, on the server's own meter.</summary>
internal sealed class GoogleMetrics
{
    /// <summary>By which calls and answers are told apart: a status, or one of the two that follow.</summary>
    private static readonly string[] Outcomes =
    [
        NearbySearchStatus.Ok,
        NearbySearchStatus.ZeroResults,
        NearbySearchStatus.InvalidRequest,
        NearbySearchStatus.OverQueryLimit,
        NearbySearchStatus.RequestDenied,
        NearbySearchStatus.UnknownError,
        "OTHER",
        "NO_REPLY",
    ];

    private static readonly string[] Labels = [.. Outcomes.Select(outcome => outcome.ToLowerInvariant())];

    private const int Other = 6;
    private const int NoReply = 7;

    private readonly string _provider;
    private readonly long[] _calls = new long[Outcomes.Length];
    private readonly long[] _answers = new long[NoReply];
    private readonly TimeProvider _time;
    private readonly Histogram<double> _durations;
    private long _joined;
    private long _refused;

    /// <summary>Publishes them.</summary>
    public GoogleMetrics(IMeterFactory factory, IGoogleApi api, GooglePolicies policies, CallBudget budget, TimeProvider time)
    {
        _provider = api.Name;
        _time = time;
        var meter = factory.Create(HerdMetrics.MeterName);
        meter.CreateObservableCounter(
            "proxyherd.places.calls", () => Measure(_calls), "{call}", "Calls of the places service, every try, by what came of it");
        _durations = meter.CreateHistogram(
            "proxyherd.places.call.duration",
            "s",
            "Calls of the places service, every try, to the end of the answer or to the time-out",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBuckets.Seconds });
        meter.CreateObservableCounter(
            "proxyherd.places.answers", () => Measure(_answers), "{answer}", "Answers of WHATSAT that came of calls, by their status");
        meter.CreateObservableCounter(
            "proxyherd.places.joined", () => Measure(Volatile.Read(ref _joined)), "{answer}", "Answers that came of another's call");
        meter.CreateObservableCounter(
            "proxyherd.places.refused", () => Measure(Volatile.Read(ref _refused)), "{answer}", "Questions of addresses that asked too often");
        meter.CreateObservableUpDownCounter(
            "proxyherd.places.calls.active", () => Measure(policies.Calls), "{call}", "Calls of the places service under way");
        meter.CreateObservableUpDownCounter(
            "proxyherd.places.circuit.open", () => Measure(policies.IsCircuitOpen ? 1 : 0), "{circuit}", "1 while the places service fails and is not asked");
        meter.CreateObservableUpDownCounter(
            "proxyherd.places.budget.spent", () => Measure(budget.Spent), "{call}", "Calls of the places service in this month");
        meter.CreateObservableUpDownCounter(
            "proxyherd.places.budget.limit", () => Measure(budget.CallsMax), "{call}", "Calls that a month may have; 0 for no limit");
    }

    /// <summary>Begins to time a call.</summary>
    public long Begin() => _time.GetTimestamp();

    /// <summary>A call has ended.</summary>
    /// <param name="reply">What came of it; null if nothing did.</param>
    /// <param name="began">When it began.</param>
    /// <returns>The outcome, as a label.</returns>
    public string Called(GoogleReply? reply, long began)
    {
        var outcome = reply is null ? NoReply : OutcomeOf(reply);
        Interlocked.Increment(ref _calls[outcome]);
        _durations.Record(_time.GetElapsedTime(began).TotalSeconds, new KeyValuePair<string, object?>("provider", _provider));
        return Labels[outcome];
    }

    /// <summary>A WHATSAT is answered.</summary>
    /// <returns>The outcome, as a label.</returns>
    public string Answered(GoogleReply reply)
    {
        var outcome = OutcomeOf(reply);
        Interlocked.Increment(ref _answers[outcome]);
        return Labels[outcome];
    }

    /// <summary>A WHATSAT waits for a call that another made.</summary>
    public void Joined() => Interlocked.Increment(ref _joined);

    /// <summary>A WHATSAT came too soon after others of its address.</summary>
    public void Refused() => Interlocked.Increment(ref _refused);

    private static int OutcomeOf(GoogleReply reply) => Array.IndexOf(Outcomes, reply.Status, 0, Other) is >= 0 and var outcome ? outcome : Other;

    private IEnumerable<Measurement<long>> Measure(long[] counts)
    {
        for (var i = 0; i < counts.Length; i++)
        {
            yield return new Measurement<long>(
                Volatile.Read(ref counts[i]),
                new KeyValuePair<string, object?>("provider", _provider),
                new KeyValuePair<string, object?>("outcome", Labels[i]));
        }
    }

    private Measurement<long> Measure(long value) => new(value, new KeyValuePair<string, object?>("provider", _provider));
}
