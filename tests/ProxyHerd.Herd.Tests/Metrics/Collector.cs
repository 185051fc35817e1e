using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ProxyHerd.Herd.Metrics;

namespace ProxyHerd.Herd.Tests.Metrics;

/// <summary>Collects what one server measures.</summary>
internal sealed class Collector : IDisposable
{
    private readonly Meter _meter = new(HerdMetrics.MeterName);
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, double> _last = new();
    private readonly ConcurrentQueue<(string Name, double Value)> _recorded = [];

    public Collector(HerdServer server)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == _meter)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
        server.Metrics.Register(_meter, server);
    }

    /// <summary>The value now of <c>name</c>, or of <c>name key=value,key=value</c>.</summary>
    public double this[string series]
    {
        get
        {
            _listener.RecordObservableInstruments();
            return _last[series];
        }
    }

    /// <summary>What histograms of a name have recorded: labels and values, in order.</summary>
    public List<(string Labels, double Value)> Recorded(string name)
    {
        _listener.RecordObservableInstruments();
        return [.. _recorded.Where(record => record.Name.Split(' ')[0] == name).Select(record => (record.Name[(name.Length + 1)..], record.Value))];
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new List<string>();
        foreach (var (key, label) in tags)
            labels.Add($"{key}={label}");
        var series = $"{instrument.Name} {string.Join(',', labels)}".TrimEnd();
        _last[series] = value;
        if (!instrument.IsObservable)
            _recorded.Enqueue((series, value));
    }
}
