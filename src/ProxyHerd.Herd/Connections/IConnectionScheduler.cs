using System.IO.Pipelines;

namespace ProxyHerd.Herd.Connections;

/// <summary>
/// A connection's feature, if its transport has one: where its handler goes on after it has waited for something that no
/// transport knows of. Other connections are served there too, so it must not block.
/// </summary>
public interface IConnectionScheduler
{
    /// <summary>
    /// Runs what it is given after all that can be read now, on all connections that it serves, has been read and handled.
    /// </summary>
    PipeScheduler Scheduler { get; }
}
