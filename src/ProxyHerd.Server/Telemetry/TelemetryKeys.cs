using System.Globalization;
using OpenTelemetry.Trace;

namespace ProxyHerd.Server.Telemetry;

/// <summary>
/// OpenTelemetry's own keys, of its specification, as far as this program looks at them itself: where the collector is, and
/// which traces are kept.
/// </summary>
/// <remarks><see href="https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/"/></remarks>
internal static class TelemetryKeys
{
    /// <summary>
    /// One search of ten: the exporter holds 2,048 activities and sends them off every 5 s, so that up to some 2,000 WHATSAT a
    /// second, each with a call below it, are sampled evenly. What is beyond that is dropped, never waited for.
    /// </summary>
    public const double RatioDefault = 0.1;

    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const string SamplerName = "OTEL_TRACES_SAMPLER";
    private const string SamplerArgument = "OTEL_TRACES_SAMPLER_ARG";

    private static readonly string[] Protocols = ["grpc", "http/protobuf"];

    private static readonly Dictionary<string, Func<double, Sampler>> Samplers = new(StringComparer.Ordinal)
    {
        ["always_on"] = _ => new AlwaysOnSampler(),
        ["always_off"] = _ => new AlwaysOffSampler(),
        ["traceidratio"] = ratio => new TraceIdRatioBasedSampler(ratio),
        ["parentbased_always_on"] = _ => new ParentBasedSampler(new AlwaysOnSampler()),
        ["parentbased_always_off"] = _ => new ParentBasedSampler(new AlwaysOffSampler()),
        ["parentbased_traceidratio"] = ratio => new ParentBasedSampler(new TraceIdRatioBasedSampler(ratio)),
    };

    /// <summary>Whether a collector is named.</summary>
    public static bool HasCollector(IConfiguration configuration) => !string.IsNullOrEmpty(configuration[Endpoint]);

    /// <summary>Which traces are kept: those that <c>OTEL_TRACES_SAMPLER</c> says, else all links and a share of the searches.</summary>
    /// <param name="configuration">The configuration, free of mistakes.</param>
    public static Sampler SamplerOf(IConfiguration configuration)
    {
        var isGiven = TryRatioOf(configuration, out var ratio);
        return configuration[SamplerName] is { Length: > 0 } name
            ? Samplers[name](isGiven ? ratio : 1) // As the specification says.
            : new ParentBasedSampler(new LinksAlwaysSampler(isGiven ? ratio : RatioDefault));
    }

    /// <summary>The mistakes, each with its key, the value and the way out. OpenTelemetry itself passes over them in silence.</summary>
    public static IEnumerable<string> FindMistakes(IConfiguration configuration)
    {
        if (configuration[Endpoint] is { Length: > 0 } endpoint
            && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
        {
            yield return $"{Endpoint}: '{endpoint}' is no URL; give one such as http://collector:4317";
        }

        if (configuration[Protocol] is { Length: > 0 } protocol && !Protocols.Contains(protocol))
            yield return $"{Protocol}: '{protocol}' is unknown; known: {string.Join(", ", Protocols)}";
        if (configuration[SamplerName] is { Length: > 0 } name && !Samplers.ContainsKey(name))
            yield return $"{SamplerName}: '{name}' is unknown; known: {string.Join(", ", Samplers.Keys)}";
        if (configuration[SamplerArgument] is { Length: > 0 } argument && !TryRatioOf(configuration, out _))
            yield return $"{SamplerArgument}: '{argument}' is no share; give a number from 0 to 1";
    }

    private static bool TryRatioOf(IConfiguration configuration, out double ratio) =>
        double.TryParse(configuration[SamplerArgument], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out ratio) && ratio is >= 0 and <= 1;
}
