using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using ProxyHerd.Herd.Tracing;

namespace ProxyHerd.Server.Telemetry;

/// <summary>What a server tells of itself: metrics as Prometheus text, and where a collector is named, metrics and traces to it.</summary>
internal static class TelemetryRegistration
{
    private const string ServiceName = "proxyherd";

    /// <summary>
    /// For one export, unless OpenTelemetry's keys say otherwise, and for all that are left at the end of a stop: a collector that
    /// does not answer must not use up the time after which whoever stops a server kills it.
    /// </summary>
    private static readonly TimeSpan ExportTimeMax = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Adds both. Without <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, or the same for traces alone, nothing listens to activities, so
    /// that none is made, and the exporter is not even loaded.
    /// </summary>
    /// <param name="services">A server's services.</param>
    /// <param name="configuration">The whole configuration, for OpenTelemetry's own keys.</param>
    /// <param name="server">The server's name.</param>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration, string server)
    {
        services.AddMetrics();
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => Describe(resource, server))
            .WithMetrics(metrics => metrics.AddHerdMeters().AddPrometheusExporter());
        if (TelemetryKeys.HasCollector(configuration, TelemetryKeys.Metrics))
            telemetry.WithMetrics(metrics => metrics.AddOtlpExporter(exporter => Adjust(exporter, configuration, TelemetryKeys.Metrics)));
        if (TelemetryKeys.HasCollector(configuration, TelemetryKeys.Traces))
            AddTraces(telemetry, configuration, server);
        return services;
    }

    /// <summary>
    /// Sends off what is left, both at once, at the end of a stop. By themselves they would take turns, and each wait for the export
    /// that is under way and then for each of what is left, four of traces, for 5 s.
    /// </summary>
    /// <param name="services">The server's services, which are about to be disposed of.</param>
    public static Task SendRestAsync(IServiceProvider services)
    {
        var limit = (int)ExportTimeMax.TotalMilliseconds;
        return Task.WhenAll(
            Task.Run(() => services.GetService<MeterProvider>()?.Shutdown(limit)),
            Task.Run(() => services.GetService<TracerProvider>()?.Shutdown(limit)));
    }

    private static void AddTraces(OpenTelemetryBuilder telemetry, IConfiguration configuration, string server) => telemetry
        .WithTracing(traces => traces
            .AddSource(HerdActivities.SourceNameOf(server))
            .SetSampler(TelemetryKeys.SamplerOf(configuration))
            .AddOtlpExporter(exporter => Adjust(exporter, configuration, TelemetryKeys.Traces)));

    /// <summary>What is said of one signal alone, which the exporter does not look at when each signal is added by itself.</summary>
    private static void Adjust(OtlpExporterOptions exporter, IConfiguration configuration, string signal)
    {
        if (TelemetryKeys.ValueOf(configuration, signal, "PROTOCOL") is { } protocol)
            exporter.Protocol = protocol == TelemetryKeys.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        if (TelemetryKeys.ValueOf(configuration, signal, "ENDPOINT") is { } endpoint)
            exporter.Endpoint = new Uri(endpoint); // As it stands: only the one for both has a path put behind it.
        if (TelemetryKeys.ValueOf(configuration, signal, "HEADERS") is { } headers)
            exporter.Headers = headers;
        if (TelemetryKeys.ValueOf(configuration, signal, "TIMEOUT") is { } timeout)
            exporter.TimeoutMilliseconds = int.Parse(timeout, CultureInfo.InvariantCulture);
        else if (string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_TIMEOUT"]))
            exporter.TimeoutMilliseconds = (int)ExportTimeMax.TotalMilliseconds;
    }

    /// <summary>The environment's <c>OTEL_SERVICE_NAME</c> and <c>OTEL_RESOURCE_ATTRIBUTES</c> come last and so have the last word.</summary>
    private static void Describe(ResourceBuilder resource, string server) => resource
        .Clear()
        .AddTelemetrySdk()
        .AddService(
            ServiceName,
            serviceVersion: typeof(TelemetryRegistration).Assembly.GetName().Version?.ToString(3),
            autoGenerateServiceInstanceId: false,
            serviceInstanceId: server)
        .AddEnvironmentVariableDetector();
}
