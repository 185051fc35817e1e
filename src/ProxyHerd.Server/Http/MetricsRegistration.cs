using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;
using ProxyHerd.Herd.Metrics;

namespace ProxyHerd.Server.Http;

/// <summary>The meters of one server, as Prometheus text at <c>/metrics</c>.</summary>
internal static class MetricsRegistration
{
    /// <summary>Adds them. Servers of one process have meters of the same names, so each exports those of its own factory alone.</summary>
    public static IServiceCollection AddHerdMetrics(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(HerdMetrics.MeterName).AddPrometheusExporter());
        services.ConfigureOpenTelemetryMeterProvider((provider, metrics) =>
        {
            var factory = provider.GetRequiredService<IMeterFactory>();
            metrics.AddView(instrument => instrument.Meter.Scope == factory ? null : MetricStreamConfiguration.Drop);
        });
        return services;
    }
}
