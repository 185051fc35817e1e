using System.Net;
using System.Net.Sockets;
using System.Text;
using ProxyHerd.EndToEnd.Processes;
using Xunit;

namespace ProxyHerd.EndToEnd.Hostile;

/// <summary>A line without end is cut at its limit, not read to its end.</summary>
[Collection(HostileTests.Name)]
public sealed class LongLineTests
{
    private const long LineBytes = 400L << 20;

    /// <summary>What the system on both sides may take before a sender learns that nobody reads: far more than a limit of lines.</summary>
    private const long TakenBytesMax = 64L << 20;

    [Theory]
    [InlineData("IAMAT ")]
    [InlineData("")]
    [InlineData("GET /")] // could still become an HTTP request line
    [InlineData("HERD HELLO 1 Bolden Alford 00c0ffee00c0ffee Memory 000102030405060708090a0b0c0d0e0f\nHERD ")]
    public async Task Line_Of400MegaBytes_IsCutAtItsLimit(string beginning)
    {
        await using var victim = await Victim.StartAsync(new HerdPlan("Alford-Bolden"));

        await victim.AttackAsync(async () =>
        {
            using var socket = Crowd.Open(2);
            await socket.ConnectAsync(IPAddress.Loopback, victim.Port);
            await socket.SendAsync(Encoding.ASCII.GetBytes(beginning));
            var gone = Crowd.AssertGoneAsync(socket, Victim.GoneMax, "who sends a line without end");
            var taken = await SendUntilGoneAsync(socket);
            Assert.True(taken < TakenBytesMax, $"{taken >> 20} MB of a line were taken");
            await gone;
        });

        await victim.EndAsync();
    }

    private static async Task<long> SendUntilGoneAsync(Socket socket)
    {
        var piece = new byte[1 << 20];
        Array.Fill(piece, (byte)'x');
        long sent = 0;
        try
        {
            while (sent < LineBytes)
                sent += await socket.SendAsync(piece).WaitAsync(Victim.GoneMax, TimeProvider.System);
        }
        catch (SocketException)
        {
            // The server has hung up.
        }

        return sent;
    }
}
