namespace ProxyHerd.Simulation.Network;

/// <summary>A try to connect.</summary>
/// <param name="from">The machine that dials.</param>
/// <param name="to">The machine that is dialled.</param>
/// <param name="makeEnd">Makes the dialling end once somebody has answered.</param>
/// <param name="fail">Told that nobody listens there.</param>
internal sealed class Dial(int from, int to, Func<ConnectionEnd> makeEnd, Action fail)
{
    public int From { get; } = from;

    public int To { get; } = to;

    /// <summary>Whoever dialled waits no longer.</summary>
    public bool IsGivenUp { get; set; }

    public ConnectionEnd MakeEnd() => makeEnd();

    public void Fail() => fail();
}
