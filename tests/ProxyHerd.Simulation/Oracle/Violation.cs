namespace ProxyHerd.Simulation.Oracle;

/// <summary>What must not happen has happened.</summary>
/// <param name="Kind">What.</param>
/// <param name="Client">Of whom; null of none.</param>
/// <param name="Text">How it shows.</param>
internal sealed record Violation(ViolationKind Kind, string? Client, string Text);
