using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using ProxyHerd.EndToEnd.Lines;
using ProxyHerd.EndToEnd.Processes;
using Xunit;

namespace ProxyHerd.EndToEnd.Hostile;

/// <summary>
/// A log is read on a terminal and by programs that go by lines. Nothing that comes over a connection may steer the one or
/// forge a line for the others.
/// </summary>
[Collection(HostileTests.Name)]
public sealed partial class LogTests
{
    private const string Secret = "known to the herd alone";

    /// <summary>A title, a colour, a cleared screen; CSI as one byte and in UTF-8; a line separator and a change of direction of Unicode; a forged line.</summary>
    private const string Nasty =
        "\x1b]0;owned\x07\x1b[31m\x1b[2J\u009b31m\xc2\u009b31m\xe2\x80\xa8\xe2\x80\xae\x00\x7f\b\r2026-01-01 00:00:00.000 Alford ERR forged";

    /// <summary>The same as far as a name may hold it.</summary>
    private const string NastyName = "\u009b31m\xc2\u009b31m\xe2\x80\xa8\xe2\x80\xae\x85";

    [Fact]
    public async Task Bytes_OfTheWire_AreNeverLoggedRaw()
    {
        var plan = new HerdPlan("Alford-Bolden", "Alford-Parker");
        plan.Settings["Secret"] = Secret;
        using var dialledNeighbour = new PlayedNeighbour(plan, "Bolden");
        await using var victim = await Victim.StartAsync(
            plan, "--Logs:Path=logs", "--Logging:LogLevel:ProxyHerd.Traffic=Information");

        await victim.AttackAsync(async () =>
        {
            await TalkAsClientAsync(victim);
            await TalkAsStrangerAsync(victim);
            await TalkAsNeighbourAsync(victim);
            await TalkHttpAsync(victim);
        });
        await TalkAsListenerAsync(victim, dialledNeighbour);

        await victim.EndAsync("is refused", "was not taken", "it said");
        AssertIsClean(Path.Combine(victim.Herd.Folder, "logs"), @"\x1b]0;owned\x07", @"\x9b31m");
        Assert.All(victim.Herd.LogOf(Victim.Name), line => Assert.DoesNotMatch("[^ -~]|^[^ ]* [^ ]* Alford ERR forged", line));
    }

    private static async Task TalkAsClientAsync(Victim victim)
    {
        using var client = await victim.ConnectAsync();
        await client.SendAsync(Nasty, $"IAMAT {NastyName} +1+1 1400794645", $"WHATSAT {NastyName} 1 0", $"AT {NastyName} {Nasty}");
        client.HalfClose();
        await ReceiveAllAsync(client);
    }

    private static async Task TalkAsStrangerAsync(Victim victim)
    {
        foreach (var line in (string[])[Handshake.Hello(NastyName, Victim.Name), Handshake.Hello("Bolden", NastyName), $"GET /{NastyName} HTTP/1.1", "\x16\x03" + Nasty])
        {
            using var stranger = await victim.ConnectAsync();
            await stranger.SendAsync(line);
            await ReceiveAllAsync(stranger);
        }
    }

    /// <summary>A neighbour that has proved itself is no more to be trusted with a terminal.</summary>
    private static async Task TalkAsNeighbourAsync(Victim victim)
    {
        using var neighbour = await victim.ConnectAsync();
        var hello = Handshake.Hello("Parker", Victim.Name);
        await neighbour.SendAsync(Handshake.Prove(Secret, hello, await neighbour.AskAsync(hello)));
        await neighbour.SendAsync($"HERD FROM {Handshake.Boot} 0", $"AT {Nasty}", Nasty, $"HERD BYE {NastyName}");
        await ReceiveAllAsync(neighbour);
    }

    private static async Task TalkAsListenerAsync(Victim victim, PlayedNeighbour neighbour)
    {
        foreach (var line in (string[])[Handshake.Hello(NastyName, NastyName), Nasty])
        {
            var (dialled, _) = await neighbour.AcceptAsync(victim);
            using (dialled)
            {
                await dialled.SendAsync(line);
                await ReceiveAllAsync(dialled);
            }
        }
    }

    private static async Task TalkHttpAsync(Victim victim)
    {
        foreach (var request in (string[])["GET /" + Nasty, $"GET /%1b%0a%9b HTTP/1.1\r\nHost: {NastyName}\r\n\r\n", Nasty])
        {
            using var http = new TcpClient();
            await http.ConnectAsync("127.0.0.1", victim.Herd.HttpPortOf(Victim.Name));
            await http.Client.SendAsync(Encoding.Latin1.GetBytes(request));
            http.Client.Shutdown(SocketShutdown.Send);
            await Crowd.ReceiveUntilGoneAsync(http.Client);
        }
    }

    private static async Task ReceiveAllAsync(LineClient client)
    {
        while (await client.TryReceiveAsync() is not null)
        {
        }
    }

    private static void AssertIsClean(string folder, params string[] expected)
    {
        var files = Directory.GetFiles(folder);
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var text = Encoding.Latin1.GetString(File.ReadAllBytes(file));
            Assert.DoesNotMatch(@"[^\n -~]", text);
            Assert.All(expected, piece => Assert.Contains(piece, text, StringComparison.Ordinal));
            Assert.All(text.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches(OwnLine(), line));
        }
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} Alford (INF|WRN|ERR) (?!forged)")]
    private static partial Regex OwnLine();
}
