using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;
using ProxyHerd.Herd;
using ProxyHerd.Herd.Flooding;
using ProxyHerd.Herd.Metrics;

namespace ProxyHerd.Server.Telemetry;

/// <summary>The meters of one server: its own, Kestrel's, and the runtime's, which all servers of a process share.</summary>
internal static class MetricsRegistration
{
    private const string Runtime = "System.Runtime";
    private const string Kestrel = "Microsoft.AspNetCore.Server.Kestrel";
    private const string Http = "Microsoft.AspNetCore.Hosting";

    /// <summary>
    /// A metric's sets of labels at most; what is beyond goes into one that says so (<c>otel_metric_overflow</c>). But for those below
    /// the most that one has are the runtime's exceptions by type, some dozen. OpenTelemetry sets memory aside for each ahead, for all
    /// metrics 10 MB with the 2,000 that it takes by itself, and the collector ran for that before a server had started.
    /// </summary>
    private const int LabelSetsMax = 100;

    /// <summary>
    /// Of requests, which are a stranger's choice: ten methods, three versions of HTTP, and a dozen routes and statuses that can be had.
    /// </summary>
    private const int HttpLabelSetsMax = 400;

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
            var settings = provider.GetRequiredService<HerdServerSettings>();

            // The most that a link has: its state, a set for each that it may be in.
            var linkLabelSets = settings.Herd.Servers[settings.Name].Neighbours.Count * Enum.GetValues<LinkState>().Length;
            builder.AddView(instrument => ViewOf(instrument, factory, Math.Max(LabelSetsMax, linkLabelSets)));
        });
    }

    private static MetricStreamConfiguration ViewOf(Instrument instrument, IMeterFactory factory, int herdLabelSetsMax)
    {
        if (instrument.Meter.Name == Runtime)
            return new MetricStreamConfiguration { Name = Renamed.GetValueOrDefault(instrument.Name), CardinalityLimit = LabelSetsMax };
        if (instrument.Meter.Scope != factory)
            return MetricStreamConfiguration.Drop;
        return instrument.Meter.Name switch
        {
            HerdMetrics.MeterName => new MetricStreamConfiguration { CardinalityLimit = herdLabelSetsMax },
            Http => new MetricStreamConfiguration { TagKeys = LabelsKept, CardinalityLimit = HttpLabelSetsMax },
            _ => new MetricStreamConfiguration { TagKeys = LabelsKept, CardinalityLimit = LabelSetsMax },
        };
    }
}
