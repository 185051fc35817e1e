namespace ProxyHerd.Herd.Locations;

/// <summary>Counts clients over all shards, and says when no more may come in.</summary>
internal sealed class ClientGate(int clientsMax)
{
    private long _count;

    /// <summary>Takes a place for a new client.</summary>
    /// <param name="isFromClient">By IAMAT, which may fill the store; a link may bring as many again.</param>
    public bool TryEnter(bool isFromClient)
    {
        if (Interlocked.Increment(ref _count) <= (isFromClient ? clientsMax : 2L * clientsMax))
            return true;
        Leave();
        return false;
    }

    /// <summary>Takes a place whatever the limits are: what was acknowledged once stays.</summary>
    public void Enter() => Interlocked.Increment(ref _count);

    /// <summary>Gives a place back.</summary>
    public void Leave() => Interlocked.Decrement(ref _count);
}
