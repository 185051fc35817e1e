using System.Net;
using System.Net.Sockets;
using System.Text;
using ProxyHerd.EndToEnd.Processes;
using Xunit;

namespace ProxyHerd.EndToEnd.Hostile;

/// <summary>Connections by the thousand, that do next to nothing or too much.</summary>
[Collection(HostileTests.Name)]
public sealed class CrowdTests
{
    /// <summary>
    /// One less than <c>Limits:ConnectionsMax</c> as it ships, for the good client. Each is two file descriptors of this
    /// test run's user, 10,000 in this process and as many in the server's.
    /// </summary>
    [Fact]
    public async Task TenThousandConnections_SendAByteASecond_AreServedAndCostLittle()
    {
        const int Connections = 9_999;
        const int Seconds = 5;
        await using var victim = await Victim.StartAsync(new HerdPlan("Alford-Bolden"));
        using var crowd = await Crowd.ConnectAsync(victim.Port, Connections);

        await victim.AttackAsync(async () =>
        {
            using var second = new PeriodicTimer(TimeSpan.FromSeconds(1), TimeProvider.System);
            for (var i = 0; i < Seconds; i++)
            {
                foreach (var socket in crowd.Sockets)
                    await socket.SendAsync("x"u8.ToArray());
                await second.WaitForNextTickAsync();
            }
        });

        foreach (var socket in crowd.Sockets)
            await socket.SendAsync("\n"u8.ToArray());
        var buffer = new byte[1 << 10];
        foreach (var socket in crowd.Sockets)
        {
            var read = await socket.ReceiveAsync(buffer).WaitAsync(Condition.Deadline, TimeProvider.System);
            Assert.StartsWith("? x", Encoding.ASCII.GetString(buffer, 0, read), StringComparison.Ordinal);
        }

        await victim.EndAsync();
    }

    /// <summary>They ask for long answers as long as anything of theirs is taken, and read nothing.</summary>
    [Fact]
    public async Task AThousandConnections_ReadNothing_AreCut()
    {
        // The limit is 10 s with the last answers unread, and the server has 10 s more. What goes before is the time in which
        // the system's buffers fill, and that depends on the machine.
        var goneMax = TimeSpan.FromSeconds(90);
        await using var victim = await Victim.StartAsync(new HerdPlan("Alford-Bolden"));
        using (var client = await victim.ConnectAsync())
            await client.AskAsync("IAMAT kiwi +34.068930-118.445127 1400794645.5");
        var questions = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("WHATSAT kiwi 50 20\n", 4_000)));

        await victim.AttackAsync(async () =>
        {
            using var crowd = await Crowd.ConnectAsync(victim.Port, 1_000, unreadBytes: 4 << 10);
            var asking = crowd.Sockets.Select(socket => AskAsync(socket, questions)).ToList();
            await victim.Herd.HoldsAsync(
                "who reads nothing is cut", () => Task.FromResult(asking.All(task => task.IsCompleted)), within: goneMax);
        });

        await victim.EndAsync();
    }

    /// <summary>The good client counts among all connections, but comes from another address.</summary>
    [Theory]
    [InlineData("--Limits:ConnectionsMax=50", 49)]
    [InlineData("--Limits:ConnectionsPerAddressMax=50", 50)]
    public async Task Connections_PastALimit_AreClosedAndTheOthersServed(string limit, int within)
    {
        const int Attempts = 2_000;
        await using var victim = await Victim.StartAsync(new HerdPlan("Alford-Bolden"), limit);
        using var held = await Crowd.ConnectAsync(victim.Port, within);

        await victim.AttackAsync(async () =>
        {
            for (var i = 0; i < Attempts; i++)
            {
                await AssertIsClosedAsync(victim.Port);
            }
        });

        foreach (var socket in held.Sockets)
        {
            await socket.SendAsync("x\n"u8.ToArray());
            Assert.True(await socket.ReceiveAsync(new byte[8]) > 0, "who was there before the limit was reached is not served");
        }

        Assert.InRange(victim.Herd.LogOf(Victim.Name).Count(line => line.Contains("is refused", StringComparison.Ordinal)), 1, 2);
        await victim.EndAsync("is refused: Limits:Connections");
    }

    private static async Task AssertIsClosedAsync(int port)
    {
        using var socket = Crowd.Open(2);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // It was closed before it was seen to be open.
            return;
        }

        await Crowd.AssertGoneAsync(socket, Victim.GoneMax, "a connection past the limit");
    }

    private static async Task AskAsync(Socket socket, byte[] questions)
    {
        try
        {
            while (true)
                await socket.SendAsync(questions);
        }
        catch (SocketException)
        {
            // The server has cut it.
        }
    }
}
