using OpenTelemetry.Trace;
using ProxyHerd.Herd.Tracing;

namespace ProxyHerd.Server.Telemetry;

/// <summary>Keeps every session of a link, of which there are few and each tells something, and a share of all else.</summary>
internal sealed class LinksAlwaysSampler : Sampler
{
    private readonly Sampler _others;

    /// <param name="ratio">The share, from 0 to 1.</param>
    public LinksAlwaysSampler(double ratio)
    {
        _others = new TraceIdRatioBasedSampler(ratio);
        Description = $"LinksAlways({_others.Description})";
    }

    /// <inheritdoc/>
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        samplingParameters.Name == HerdActivities.LinkSession
            ? new SamplingResult(SamplingDecision.RecordAndSample)
            : _others.ShouldSample(samplingParameters);
}
