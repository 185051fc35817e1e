namespace ProxyHerd.Server.Transport;

/// <summary>What a <see cref="PollingThread"/> watches.</summary>
internal interface IPolled
{
    /// <summary>
    /// Tells that something may have happened. Called by the polling thread, which everything else that it watches waits
    /// for. Events are hints: one may be told late, so that what it promises has been taken already.
    /// </summary>
    void OnEvents(PollEvents events);
}
