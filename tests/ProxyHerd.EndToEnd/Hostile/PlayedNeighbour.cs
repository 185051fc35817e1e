using System.Net;
using System.Net.Sockets;
using ProxyHerd.EndToEnd.Lines;
using ProxyHerd.EndToEnd.Processes;

namespace ProxyHerd.EndToEnd.Hostile;

/// <summary>A neighbour of the victim whose port the test itself listens on, so that the victim dials it.</summary>
internal sealed class PlayedNeighbour : IDisposable
{
    private readonly TcpListener _listener;
    private readonly string _name;

    /// <param name="plan">The herd.</param>
    /// <param name="name">Which of its servers is played.</param>
    public PlayedNeighbour(HerdPlan plan, string name)
    {
        _name = name;
        _listener = new TcpListener(IPAddress.Loopback, plan.PortsOf(name).Lines);
        _listener.Start();
    }

    /// <summary>Takes the victim's next connection.</summary>
    /// <returns>The connection, and the victim's HELLO on it.</returns>
    public async Task<(LineClient Connection, string Hello)> AcceptAsync(Victim victim)
    {
        // Who has waited for an answer may give up at any moment now, and comes again soon.
        while (_listener.Pending())
            (await _listener.AcceptTcpClientAsync()).Dispose();
        while (true)
        {
            var connection = await _listener.AcceptTcpClientAsync().WaitAsync(Condition.Deadline * 2, TimeProvider.System);
            var line = LineClient.Of(Victim.Name, connection, victim.Herd.Situation);
            if (await line.TryReceiveAsync() is { } hello)
                return (line, hello);
            line.Dispose();
        }
    }

    /// <summary>Takes the victim's next connection and lets it prove itself, having done so too.</summary>
    /// <returns>The connection, after its PROVE.</returns>
    public async Task<LineClient> GreetAsync(Victim victim, string secret)
    {
        while (true)
        {
            var (connection, hello) = await AcceptAsync(victim);
            try
            {
                await connection.SendAsync(Handshake.Answer(secret, hello, Handshake.Hello(_name, Victim.Name)));
                if (await connection.TryReceiveAsync() is { } prove && prove.StartsWith("HERD PROVE ", StringComparison.Ordinal))
                    return connection;
            }
            catch (IOException)
            {
                // It had given up before it was answered.
            }

            connection.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();
}
