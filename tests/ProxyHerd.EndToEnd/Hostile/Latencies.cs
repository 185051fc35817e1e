using System.Globalization;

namespace ProxyHerd.EndToEnd.Hostile;

/// <summary>How long requests took, in windows of a few hundred, so that one bad moment of the machine spoils one of them.</summary>
internal sealed class Latencies
{
    private const int WindowRequests = 200;
    private const double Percentile = 0.99;

    private readonly List<TimeSpan> _all = [];

    /// <summary>Requests so far.</summary>
    public int Count => _all.Count;

    /// <summary>The longest; zero if there was none.</summary>
    public TimeSpan Max => _all.Count == 0 ? TimeSpan.Zero : _all.Max();

    /// <summary>The median of all windows' p99; what is less than a window at the end counts as part of the last.</summary>
    public TimeSpan P99
    {
        get
        {
            var windows = Math.Max(1, _all.Count / WindowRequests);
            var percentiles = Enumerable.Range(0, windows)
                .Select(window => Of(_all.Skip(window * WindowRequests).Take(window == windows - 1 ? int.MaxValue : WindowRequests)))
                .Order().ToList();
            return percentiles[percentiles.Count / 2];
        }
    }

    /// <summary>Adds a request.</summary>
    public void Add(TimeSpan latency) => _all.Add(latency);

    /// <summary>Adds others.</summary>
    public void Add(Latencies others) => _all.AddRange(others._all);

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Count} requests, p99 {P99.TotalMilliseconds:n2} ms, longest {Max.TotalMilliseconds:n2} ms");

    private static TimeSpan Of(IEnumerable<TimeSpan> window)
    {
        var sorted = window.Order().ToList();
        return sorted.Count == 0 ? TimeSpan.Zero : sorted[(int)(Percentile * (sorted.Count - 1))];
    }
}
