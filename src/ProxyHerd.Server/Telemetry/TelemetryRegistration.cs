using OpenTelemetry;
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
    /// Adds both. Without <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> nothing listens to activities, so that none is made, and the
    /// exporter is not even loaded.
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
        if (TelemetryKeys.HasCollector(configuration))
            AddCollector(telemetry, configuration, server);
        return services;
    }

    private static void AddCollector(OpenTelemetryBuilder telemetry, IConfiguration configuration, string server) => telemetry
        .WithMetrics(metrics => metrics.AddOtlpExporter())
        .WithTracing(traces => traces
            .AddSource(HerdActivities.SourceNameOf(server))
            .SetSampler(TelemetryKeys.SamplerOf(configuration))
            .AddOtlpExporter());

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
