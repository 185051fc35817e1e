namespace ProxyHerd.Fuzz.Targets;

/// <summary>What inputs are fed to, and what must hold then. A pure function of the input, so that one input replays a failure.</summary>
internal interface IFuzzTarget
{
    /// <summary>What <c>--target</c> and the corpus file call it.</summary>
    string Name { get; }

    /// <summary>Feeds one input.</summary>
    /// <returns>Whether it was accepted, so that the oracle had more to say than that nothing was thrown.</returns>
    /// <exception cref="OracleException">A rule does not hold.</exception>
    bool Run(ReadOnlySpan<byte> input);

    /// <summary>Asks a slow second opinion whether the input should have been accepted; due now and then.</summary>
    void Compare(ReadOnlySpan<byte> input);
}
