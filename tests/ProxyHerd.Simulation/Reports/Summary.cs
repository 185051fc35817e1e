using ProxyHerd.Simulation.Faults;
using ProxyHerd.Simulation.Oracle;

namespace ProxyHerd.Simulation.Reports;

/// <summary>What came of many seeds.</summary>
internal sealed class Summary
{
    private readonly FaultTally _faults = new();
    private TimeSpan _simulated;
    private TimeSpan _converged;
    private TimeSpan _linked;
    private ulong _slowest;
    private ulong _first = ulong.MaxValue;
    private ulong _last;
    private long _acknowledged;
    private long _doubtful;
    private int _lost;
    private int _diverged;
    private int _wrong;

    public int Seeds { get; private set; }

    public int Failed { get; private set; }

    public void Add(SimulationResult result)
    {
        Seeds++;
        (_first, _last) = (Math.Min(_first, result.Seed), Math.Max(_last, result.Seed));
        _faults.Add(result.Faults);
        _simulated += result.Simulated;
        _acknowledged += result.Acknowledged;
        _doubtful += result.Doubtful;
        if (result.Converged > _converged)
            (_converged, _slowest) = (result.Converged, result.Seed);
        _linked = result.Linked > _linked ? result.Linked : _linked;
        Failed += result.Failed ? 1 : 0;
        _lost += result.Has(ViolationKind.Lost) ? 1 : 0;
        _diverged += result.Has(ViolationKind.Diverged) ? 1 : 0;
        _wrong += result.Has(ViolationKind.WrongAnswer) || result.Has(ViolationKind.Crash) ? 1 : 0;
    }

    public void Write(TextWriter output, string mix, TimeSpan elapsed)
    {
        Line(output, "mix", mix);
        Line(output, "seeds", $"{_first}..{_last}, {Seeds} in {elapsed.TotalSeconds:0.0} s");
        Line(output, "simulated", $"{_simulated.TotalHours:0.00} hours");
        Line(output, "faults", $"{_faults.Total}");
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            if (_faults[kind] > 0)
                Line(output, $"  {kind}", $"{_faults[kind]}");
        }

        Line(output, "acknowledged", $"{_acknowledged}");
        if (_doubtful > 0)
            Line(output, "not counted", $"{_doubtful} answers that promise less than this mix is about");
        Line(output, "links stood", $"{_linked.TotalSeconds:0.000} s after the end of the faults at the latest");
        Line(output, "equal", $"{_converged.TotalSeconds:0.000} s after that at the latest (seed {_slowest})");
        Line(output, "seeds that", $"lost {_lost}, diverged {_diverged}, answered wrongly or crashed {_wrong}");
    }

    private static void Line(TextWriter output, string what, string text) => output.WriteLine($"{what,-16} {text}");
}
