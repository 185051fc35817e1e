namespace ProxyHerd.Simulation.Network;

/// <summary>An end that was dialled from.</summary>
internal interface IDialledEnd
{
    /// <summary>The connection is made, as far as this end knows.</summary>
    void Connected();
}
