using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;
using ProxyHerd.Herd.Metrics;

namespace ProxyHerd.Server.Telemetry;

/// <summary>The meters of one server: its own, Kestrel's, and the runtime's, which all servers of a process share.</summary>
internal static class MetricsRegistration
{
    private const string Runtime = "System.Runtime";
    private const string Kestrel = "Microsoft.AspNetCore.Server.Kestrel";
    private const string Http = "Microsoft.AspNetCore.Hosting";

    /// <summary>Names that would end in <c>_count</c>, which Prometheus keeps for histograms.</summary>
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal)
    {
        ["dotnet.assembly.count"] = "dotnet.assemblies",
        ["dotnet.process.cpu.count"] = "dotnet.process.cpus",
        ["dotnet.timer.count"] = "dotnet.timers",
    };

    /// <summary>What is kept of ASP.NET Core's labels: those of few values. Addresses and ports are not.</summary>
    private static readonly string[] LabelsKept =
        ["error.type", "http.request.method", "http.response.status_code", "http.route", "network.protocol.version", "tls.protocol.version"];

    /// <summary>Adds them. Servers of one process have meters of the same names, so each exports those of its own factory alone.</summary>
    public static MeterProviderBuilder AddHerdMeters(this MeterProviderBuilder metrics)
    {
        metrics.AddMeter(HerdMetrics.MeterName, Runtime, Kestrel, Http);
        return ((IDeferredMeterProviderBuilder)metrics).Configure((provider, builder) =>
        {
            var factory = provider.GetRequiredService<IMeterFactory>();
            builder.AddView(instrument => ViewOf(instrument, factory));
        });
    }

    private static MetricStreamConfiguration? ViewOf(Instrument instrument, IMeterFactory factory)
    {
        if (instrument.Meter.Name == Runtime)
            return Renamed.TryGetValue(instrument.Name, out var name) ? new MetricStreamConfiguration { Name = name } : null;
        if (instrument.Meter.Scope != factory)
            return MetricStreamConfiguration.Drop;
        return instrument.Meter.Name == HerdMetrics.MeterName ? null : new MetricStreamConfiguration { TagKeys = LabelsKept };
    }
}
