using System.Globalization;
using OpenTelemetry.Exporter;
using OpenTelemetry.Trace;

namespace ProxyHerd.Server.Telemetry;

/// <summary>
/// OpenTelemetry's own keys, of its specification, as far as this program looks at them itself: where the collector is, of
/// traces and of metrics, and which traces are kept.
/// </summary>
/// <remarks><see href="https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/"/></remarks>
internal static class TelemetryKeys
{
    /// <summary>
    /// One search of ten: the exporter holds 2,048 activities and sends them off every 5 s, so that up to some 2,000 WHATSAT a
    /// second, each with a call below it, are sampled evenly. What is beyond that is dropped, never waited for.
    /// </summary>
    public const double RatioDefault = 0.1;

    /// <summary>The signal of keys about traces alone.</summary>
    public const string Traces = "TRACES_";

    /// <summary>The signal of keys about metrics alone.</summary>
    public const string Metrics = "METRICS_";

    /// <summary>The protocol that stands for OTLP over gRPC.</summary>
    public const string Grpc = "grpc";

    private const string Both = "";
    private const string SamplerName = "OTEL_TRACES_SAMPLER";
    private const string SamplerArgument = "OTEL_TRACES_SAMPLER_ARG";

    private static readonly string[] Protocols = [Grpc, "http/protobuf"];

    private static readonly Dictionary<string, Func<double, Sampler>> Samplers = new(StringComparer.Ordinal)
    {
        ["always_on"] = _ => new AlwaysOnSampler(),
        ["always_off"] = _ => new AlwaysOffSampler(),
        ["traceidratio"] = ratio => new TraceIdRatioBasedSampler(ratio),
        ["parentbased_always_on"] = _ => new ParentBasedSampler(new AlwaysOnSampler()),
        ["parentbased_always_off"] = _ => new ParentBasedSampler(new AlwaysOffSampler()),
        ["parentbased_traceidratio"] = ratio => new ParentBasedSampler(new TraceIdRatioBasedSampler(ratio)),
    };

    /// <summary>Whether a collector is named, for one signal or for both.</summary>
    public static bool HasCollector(IConfiguration configuration, string signal) =>
        ValueOf(configuration, signal, "ENDPOINT") is not null || ValueOf(configuration, Both, "ENDPOINT") is not null;

    /// <summary>What is said of one signal alone.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="signal"><see cref="Traces"/> or <see cref="Metrics"/>.</param>
    /// <param name="key">The end of the key, such as ENDPOINT.</param>
    /// <returns>Null if nothing is, be it empty: then what holds for both does.</returns>
    public static string? ValueOf(IConfiguration configuration, string signal, string key) =>
        configuration[NameOf(signal, key)] is { Length: > 0 } value ? value : null;

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
        foreach (var signal in new[] { Both, Traces, Metrics })
        {
            if (ValueOf(configuration, signal, "ENDPOINT") is { } endpoint
                && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
            {
                yield return $"{NameOf(signal, "ENDPOINT")}: '{endpoint}' is no URL; give one such as http://collector:4317";
            }

            if (ValueOf(configuration, signal, "PROTOCOL") is { } protocol && !Protocols.Contains(protocol))
                yield return $"{NameOf(signal, "PROTOCOL")}: '{protocol}' is unknown; known: {string.Join(", ", Protocols)}";
            if (ValueOf(configuration, signal, "HEADERS") is { } headers && !AreHeaders(headers))
                yield return $"{NameOf(signal, "HEADERS")}: is no list of headers, and not shown, since it may hold a password; give name=value,name=value";
            if (ValueOf(configuration, signal, "TIMEOUT") is { } timeout && !(int.TryParse(timeout, CultureInfo.InvariantCulture, out var limit) && limit > 0))
                yield return $"{NameOf(signal, "TIMEOUT")}: '{timeout}' is no number of milliseconds; give one such as 2000";
        }

        if (configuration[SamplerName] is { Length: > 0 } name && !Samplers.ContainsKey(name))
            yield return $"{SamplerName}: '{name}' is unknown; known: {string.Join(", ", Samplers.Keys)}";
        if (configuration[SamplerArgument] is { Length: > 0 } argument && !TryRatioOf(configuration, out _))
            yield return $"{SamplerArgument}: '{argument}' is no share; give a number from 0 to 1";
    }

    private static string NameOf(string signal, string key) => $"OTEL_EXPORTER_OTLP_{signal}{key}";

    /// <summary>Asks the exporter itself, which would end the process over them.</summary>
    private static bool AreHeaders(string headers)
    {
        try
        {
            using var exporter = new OtlpTraceExporter(new OtlpExporterOptions { Headers = headers });
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool TryRatioOf(IConfiguration configuration, out double ratio) =>
        double.TryParse(configuration[SamplerArgument], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out ratio) && ratio is >= 0 and <= 1;
}
