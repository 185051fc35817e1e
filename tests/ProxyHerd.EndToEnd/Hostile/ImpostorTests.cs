using ProxyHerd.EndToEnd.Lines;
using ProxyHerd.EndToEnd.Processes;
using Xunit;

namespace ProxyHerd.EndToEnd.Hostile;

/// <summary>Peers that want to be taken for a neighbour, or lie about what they have.</summary>
[Collection(HostileTests.Name)]
public sealed class ImpostorTests
{
    private const string Secret = "known to the herd alone";
    private const string NotTaken = "is refused";

    private static HerdPlan Plan
    {
        get
        {
            var plan = new HerdPlan("Alford-Bolden");
            plan.Settings["Secret"] = Secret;
            return plan;
        }
    }

    /// <summary>Everything that Bolden said when it greeted Alford, said again: Alford's own nonce is another now.</summary>
    [Fact]
    public async Task Handshake_Replayed_IsRefused()
    {
        await using var victim = await Victim.StartAsync(Plan);
        using var relay = new Relay(victim.Port);
        await victim.Herd.StartWithAsync("Bolden", $"--Herd:Servers:Alford:Port={relay.Port}");
        await victim.Herd.WaitUntilLinkAsync("Bolden", Victim.Name, "live");
        var recorded = relay.Recorded.Split('\n');
        Assert.StartsWith("HERD HELLO 1 Bolden Alford ", recorded[0], StringComparison.Ordinal);
        Assert.StartsWith("HERD PROVE ", recorded[1], StringComparison.Ordinal);
        await victim.Herd.StopAsync("Bolden");

        await victim.AttackAsync(async () =>
        {
            using var replay = await victim.ConnectAsync();
            Assert.StartsWith("HERD HELLO 1 Alford Bolden ", await replay.AskAsync(recorded[0]), StringComparison.Ordinal);
            await replay.SendAsync([recorded[1], "AT Bolden +1 kiwi +1+1 1400794645"]);
            await replay.ReceiveAsync("HERD BYE wrong-proof");
            await replay.ReceiveEndAsync();
        });

        await AssertKnowsNoKiwiAsync(victim);
        await victim.EndAsync(NotTaken);
    }

    /// <summary>The listener's own proof is made for the listener's part, and is no good as the dialler's.</summary>
    [Fact]
    public async Task Proof_OfTheListener_SentBack_IsRefused()
    {
        await using var victim = await Victim.StartAsync(Plan);

        await victim.AttackAsync(async () =>
        {
            using var mirror = await victim.ConnectAsync();
            var hello = await mirror.AskAsync(Handshake.Hello("Bolden", Victim.Name));
            await mirror.SendAsync([$"HERD PROVE {Handshake.ProofOf(hello)}", "AT Bolden +1 kiwi +1+1 1400794645"]);
            await mirror.ReceiveAsync("HERD BYE wrong-proof");
            await mirror.ReceiveEndAsync();
        });

        await AssertKnowsNoKiwiAsync(victim);
        await victim.EndAsync(NotTaken);
    }

    /// <summary>Who listens on a neighbour's port, and shows the victim what it has heard from the victim, is told nothing.</summary>
    [Fact]
    public async Task Hello_OfTheVictim_ShownToItAgain_IsToldNothing()
    {
        var plan = Plan;
        using var neighbour = new PlayedNeighbour(plan, "Bolden");
        await using var victim = await Victim.StartAsync(plan);

        // The victim redials at lengthening intervals, so this is done once, whatever the good client's p99.
        var (dialled, hello) = await neighbour.AcceptAsync(victim);
        using (dialled)
        {
            // As a client of the victim it asks for a proof over the dialler's own words.
            using var oracle = await victim.ConnectAsync();
            await oracle.SendAsync(hello);
            await oracle.ReceiveAsync("HERD BYE not-neighbours");
            using var second = await victim.ConnectAsync();
            var answer = await second.AskAsync(Handshake.Hello("Bolden", Victim.Name));
            await dialled.SendAsync($"{Handshake.Hello("Bolden", Victim.Name)} {Handshake.ProofOf(answer)}");
            await dialled.ReceiveAsync("HERD BYE wrong-proof");
            await dialled.ReceiveEndAsync();
        }

        await victim.EndAsync(NotTaken, "does not know our secret");
    }

    [Theory]
    [InlineData("Alford", "Alford")]
    [InlineData("Alford", "Bolden")]
    [InlineData("Bolden", "Bolden")]
    [InlineData("Stranger", "Alford")]
    public async Task Peer_WithOurNameOrAWrongOne_IsRefused(string speaker, string hearer)
    {
        await using var victim = await Victim.StartAsync(Plan);

        await victim.AttackAsync(async () =>
        {
            using var impostor = await victim.ConnectAsync();
            await impostor.SendAsync(Handshake.Hello(speaker, hearer));
            await impostor.ReceiveAsync("HERD BYE not-neighbours");
            await impostor.ReceiveEndAsync();
        });

        await victim.EndAsync(NotTaken);
    }

    /// <summary>One that answers the victim's own dialling under the victim's name, with a proof that fits.</summary>
    [Fact]
    public async Task Listener_WithOurName_IsToldNothing()
    {
        var plan = Plan;
        using var neighbour = new PlayedNeighbour(plan, "Bolden");
        await using var victim = await Victim.StartAsync(plan);

        var (dialled, hello) = await neighbour.AcceptAsync(victim);
        using (dialled)
        {
            await dialled.SendAsync(Handshake.Answer(Secret, hello, Handshake.Hello(Victim.Name, Victim.Name)));
            await dialled.ReceiveEndAsync();
        }

        await victim.Herd.WaitUntilLoggedAsync(Victim.Name, "it calls itself Alford and us Alford");
        await victim.EndAsync();
    }

    /// <summary>A neighbour that claims to have more than there is, or the feed of another life, gets everything.</summary>
    [Theory]
    [InlineData(true, "1000000")]
    [InlineData(true, "9223372036854775807")]
    [InlineData(false, "1")]
    public async Task Have_BeyondTheHeadOrOfAnotherBoot_StartsAtZero(bool isOwnBoot, string sequence)
    {
        const int Clients = 500;
        var plan = Plan;
        using var neighbour = new PlayedNeighbour(plan, "Bolden");
        await using var victim = await Victim.StartAsync(plan);
        await victim.HoldStillAsync();
        using var client = await victim.ConnectAsync();
        var told = await Burst.TellAsync(client, "kiwi", Clients);
        var state = await victim.AskAsync();

        using var link = await neighbour.GreetAsync(victim, Secret);
        await link.SendAsync($"HERD HAVE {(isOwnBoot ? state.Boot : Handshake.Boot)} {sequence}");
        await link.ReceiveAsync($"HERD FROM {state.Boot} 0");
        var received = new List<string>();
        while (await link.ReceiveAsync() is var line && line != $"HERD MARK {state.Boot} {state.Sequence}")
            received.Add(line);

        Assert.Equal(Clients + 1, received.Count);
        Assert.Empty(told.Values.Except(received));
        await victim.EndAsync();
    }

    private static async Task AssertKnowsNoKiwiAsync(Victim victim)
    {
        using var client = await victim.ConnectAsync();
        Assert.Null((await client.WhatsatAsync("kiwi")).Location);
    }
}
