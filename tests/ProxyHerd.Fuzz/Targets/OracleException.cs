namespace ProxyHerd.Fuzz.Targets;

/// <summary>A rule that every input must keep was broken.</summary>
/// <param name="rule">The rule.</param>
internal sealed class OracleException(string rule) : Exception(rule);
