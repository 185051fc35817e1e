namespace ProxyHerd.Simulation.Network;

/// <summary>A connection that was made.</summary>
internal sealed class Connection
{
    public Connection(SimulatedNetwork network, int number, ConnectionEnd dialler, ConnectionEnd listener)
    {
        Number = number;
        Dialler = dialler;
        Listener = listener;
        Forth = new Flow(network, number * 2, dialler, listener);
        Back = new Flow(network, (number * 2) + 1, listener, dialler);
        (dialler.Outgoing, dialler.Incoming, dialler.Connection) = (Forth, Back, this);
        (listener.Outgoing, listener.Incoming, listener.Connection) = (Back, Forth, this);
    }

    public int Number { get; }

    public ConnectionEnd Dialler { get; }

    public ConnectionEnd Listener { get; }

    /// <summary>From the dialler to the listener.</summary>
    public Flow Forth { get; }

    public Flow Back { get; }

    /// <summary>Both ends believe in it.</summary>
    public bool IsOpen => !Dialler.IsGone && !Listener.IsGone;

    public bool IsOver => Dialler.IsGone && Listener.IsGone;

    /// <summary>It carries nothing any more, in at least one direction, and one side has not been told.</summary>
    public bool IsHalfOpen => Forth.IsVoid || Back.IsVoid;

    /// <summary>Ends it from outside; what is in flight is lost.</summary>
    /// <param name="asEnd">Both sides read an end, as from a relay that closes, rather than a reset.</param>
    public void Cut(bool asEnd)
    {
        Forth.Cut(asEnd);
        Back.Cut(asEnd);
    }
}
