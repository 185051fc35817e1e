namespace ProxyHerd.Simulation.Network;

/// <summary>One end of a connection: a server's or a client's.</summary>
/// <param name="host">The machine that it is on.</param>
internal abstract class ConnectionEnd(int host)
{
    public int Host { get; } = host;

    /// <summary>What it sends.</summary>
    public Flow Outgoing { get; set; } = null!;

    /// <summary>What it is sent.</summary>
    public Flow Incoming { get; set; } = null!;

    /// <summary>Nobody reads or writes here any more: it was closed, reset, or its process has died.</summary>
    public bool IsGone { get; private set; }

    public Connection Connection { get; set; } = null!;

    /// <summary>Closes it for good. What was sent still goes out, and its end behind it.</summary>
    public void Close()
    {
        if (IsGone)
            return;
        IsGone = true;
        Outgoing.SendEnd();
    }

    /// <summary>Closes it at once: what was sent and has not arrived is lost, and the other end is told.</summary>
    public void Reset()
    {
        if (IsGone)
            return;
        IsGone = true;
        Outgoing.SendReset();
    }

    /// <summary>It vanishes without a word.</summary>
    public void Vanish() => IsGone = true;

    /// <summary>Takes bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="isDoubtful">As of <see cref="Flow.Send"/>.</param>
    /// <returns>False to be sent no more until <see cref="Flow.Resume"/>.</returns>
    public abstract bool Receive(ReadOnlySpan<byte> bytes, bool isDoubtful);

    /// <summary>Takes the other side's end.</summary>
    public abstract void ReceiveEnd();

    /// <summary>Takes a reset. It is gone already.</summary>
    public abstract void ReceiveReset();

    /// <summary>What was in flight has become so little that more may be sent.</summary>
    public virtual void Drained()
    {
    }
}
