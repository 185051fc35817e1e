using ProxyHerd.Simulation.Faults;
using ProxyHerd.Simulation.Oracle;

namespace ProxyHerd.Simulation;

/// <summary>What came of one seed.</summary>
internal sealed record SimulationResult
{
    public required ulong Seed { get; init; }

    public required ulong TraceHash { get; init; }

    public required FaultTally Faults { get; init; }

    public required long Acknowledged { get; init; }

    public required long Doubtful { get; init; }

    public required long Refused { get; init; }

    public required int Clients { get; init; }

    public required long Steps { get; init; }

    public required TimeSpan Simulated { get; init; }

    /// <summary>The longest time from the moment when all links stood until all servers held the same.</summary>
    public required TimeSpan Converged { get; init; }

    /// <summary>The longest time from the end of all faults until all links stood.</summary>
    public required TimeSpan Linked { get; init; }

    public required IReadOnlyList<Violation> Violations { get; init; }

    public required IReadOnlyList<string> History { get; init; }

    public bool Failed => Violations.Count > 0;

    public bool Has(ViolationKind kind) => Violations.Any(violation => violation.Kind == kind);
}
