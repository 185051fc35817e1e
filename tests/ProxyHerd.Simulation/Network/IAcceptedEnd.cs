namespace ProxyHerd.Simulation.Network;

/// <summary>An end that has been accepted by a listener.</summary>
internal interface IAcceptedEnd
{
    /// <summary>The connection is made; serve it.</summary>
    void Accepted();
}
