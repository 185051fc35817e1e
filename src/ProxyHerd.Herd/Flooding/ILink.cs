namespace ProxyHerd.Herd.Flooding;

/// <summary>What keeps one neighbour told, whether it speaks HERD or AT alone.</summary>
internal interface ILink : IDisposable
{
    /// <summary>The neighbour's name.</summary>
    string Neighbour { get; }

    /// <summary>How it stands.</summary>
    LinkReport Report();

    /// <summary>Runs until <see cref="Stop"/>.</summary>
    Task RunAsync();

    /// <summary>The neighbour is known to be up: dial now, if it is not connected.</summary>
    void Redial();

    /// <summary>Ends it; <see cref="RunAsync"/> completes soon after. Any thread may call it.</summary>
    void Stop();
}
