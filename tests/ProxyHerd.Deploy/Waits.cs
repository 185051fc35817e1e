using System.Globalization;

namespace ProxyHerd.Deploy;

/// <summary>How long clients waited for their answers, by what happened when they began to.</summary>
internal sealed class Waits
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<double>> _milliseconds = new(StringComparer.Ordinal);

    /// <summary>What happens now.</summary>
    public string Phase { get; set; } = "nothing";

    /// <summary>Notes one.</summary>
    public void Note(string phase, TimeSpan wait)
    {
        lock (_lock)
        {
            if (!_milliseconds.TryGetValue(phase, out var own))
                _milliseconds.Add(phase, own = []);
            own.Add(wait.TotalMilliseconds);
        }
    }

    /// <summary>The longest of all.</summary>
    public TimeSpan Max()
    {
        lock (_lock)
            return TimeSpan.FromMilliseconds(_milliseconds.Values.SelectMany(own => own).DefaultIfEmpty().Max());
    }

    /// <summary>One line a phase.</summary>
    public IEnumerable<string> Describe()
    {
        lock (_lock)
        {
            return [.. _milliseconds.Select(phase =>
            {
                double[] own = [.. phase.Value.Order()];
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"while {phase.Key}: {own.Length} answers, p50 {own[own.Length / 2]:f1} ms, p99 {own[own.Length * 99 / 100]:f1} ms, max {own[^1]:f0} ms, {own.Count(wait => wait > 1000)} over 1 s");
            })];
        }
    }
}
