namespace ProxyHerd.Herd.Locations;

/// <summary>What became of an update, and what to wait for.</summary>
/// <param name="Outcome">What the store made of it.</param>
/// <param name="Commit">
/// The commit that must be done before anything is said of the line that was stored or compared with; 0 if none.
/// </param>
public readonly record struct Acceptance(AcceptOutcome Outcome, long Commit);
