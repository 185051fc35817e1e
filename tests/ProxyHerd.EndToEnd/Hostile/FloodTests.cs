using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ProxyHerd.EndToEnd.Processes;
using Xunit;

namespace ProxyHerd.EndToEnd.Hostile;

/// <summary>One connection that wants all of the server.</summary>
[Collection(HostileTests.Name)]
public sealed class FloodTests
{
    [Fact]
    public async Task OneClient_PipelinesAMillionLines_IsAnsweredAndHoldsUpNobody()
    {
        const int Lines = 1_000_000;
        const int Clients = 1_000;
        await using var victim = await Victim.StartAsync(new HerdPlan("Alford-Bolden"));

        await victim.AttackAsync(async () =>
        {
            var replies = await PipelineAsync(victim.Port, Lines, number => string.Create(
                CultureInfo.InvariantCulture, $"IAMAT flood-{number % Clients} +1+1 {1_400_000_000 + (number / Clients)}\n"));
            Assert.Equal(Lines, replies.Lines);
        });

        Assert.Equal(Clients + 1, (await victim.AskAsync()).Locations);
        await victim.EndAsync();
    }

    [Fact]
    public async Task OneClient_Asks45000TimesInARead_IsAnsweredAndHoldsUpNobody()
    {
        const int Questions = 45_000;
        await using var victim = await Victim.StartAsync(new HerdPlan("Alford-Bolden"));
        using (var client = await victim.ConnectAsync())
            await client.AskAsync("IAMAT kiwi +34.068930-118.445127 1400794645.5");

        await victim.AttackAsync(async () =>
        {
            var replies = await PipelineAsync(
                victim.Port, Questions, _ => "WHATSAT kiwi 50 20\n");
            Assert.Equal(Questions, replies.EmptyLines);
        });

        await victim.EndAsync();
    }

    /// <summary>Neither a plain AT nor a HERD line of somebody who cannot prove himself changes anything.</summary>
    [Fact]
    public async Task Strangers_SendAMillionAtAndHerdLines_NoneIsStored()
    {
        const int Lines = 1_000_000;
        var plan = new HerdPlan("Alford-Bolden");
        plan.Settings["Secret"] = "known to the herd alone";
        await using var victim = await Victim.StartAsync(plan);
        using var client = await victim.ConnectAsync();
        var told = await client.AskAsync("IAMAT kiwi +34.068930-118.445127 1400794645.5");
        await victim.HoldStillAsync();
        var before = await victim.AskAsync();

        await victim.AttackAsync(async () =>
        {
            var replies = await PipelineAsync(victim.Port, Lines, StrangersLine);
            Assert.Equal(Lines, replies.Lines);
        });

        var after = await victim.AskAsync();
        Assert.Equal((before.Locations, before.Digest, before.Sequence), (after.Locations, after.Digest, after.Sequence));
        Assert.Equal(told, (await client.WhatsatAsync("kiwi")).Location);
        await victim.EndAsync();
    }

    private static string StrangersLine(int number) => (number % 5) switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"AT Bolden +1 stranger-{number} +1+1 {1_400_000_000 + number}\n"),
        1 => string.Create(CultureInfo.InvariantCulture, $"AT Alford +1 kiwi +1+1 {1_500_000_000 + number}\n"),
        2 => string.Create(CultureInfo.InvariantCulture, $"HERD MARK 00c0ffee00c0ffee {number}\n"),
        3 => "HERD PROVE 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
        _ => "HERD DIGEST 0 0 00c0ffee00c0ffee\n",
    };

    /// <summary>Sends lines as fast as they are taken, and reads what comes meanwhile.</summary>
    private static async Task<(int Lines, int EmptyLines)> PipelineAsync(int port, int lines, Func<int, string> line)
    {
        const int LinesAtOnce = 10_000;
        using var socket = Crowd.Open(2);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var counting = CountAsync(socket);
        for (var first = 0; first < lines; first += LinesAtOnce)
        {
            var piece = string.Concat(Enumerable.Range(first, Math.Min(LinesAtOnce, lines - first)).Select(line));
            await socket.SendAsync(Encoding.ASCII.GetBytes(piece));
        }

        socket.Shutdown(SocketShutdown.Send);
        return await counting;
    }

    private static async Task<(int Lines, int EmptyLines)> CountAsync(Socket socket)
    {
        var buffer = new byte[256 << 10];
        var lines = 0;
        var emptyLines = 0;
        byte last = 0;
        while (await socket.ReceiveAsync(buffer).WaitAsync(Condition.Deadline, TimeProvider.System) is var read and > 0)
        {
            foreach (var value in buffer.AsSpan(0, read))
            {
                lines += value == (byte)'\n' ? 1 : 0;
                emptyLines += value == (byte)'\n' && last == (byte)'\n' ? 1 : 0;
                last = value;
            }
        }

        return (lines, emptyLines);
    }
}
