namespace ProxyHerd.Simulation.Oracle;

/// <summary>What must not happen.</summary>
internal enum ViolationKind
{
    /// <summary>Something acknowledged is missing, or older than what was acknowledged.</summary>
    Lost,

    /// <summary>Servers hold different bytes, or say that they do.</summary>
    Diverged,

    /// <summary>An answer shows what nobody sent, what is not committed, or what was not asked.</summary>
    WrongAnswer,

    /// <summary>The servers' code threw what nothing catches.</summary>
    Crash,
}
