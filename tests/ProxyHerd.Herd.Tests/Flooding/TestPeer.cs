using System.Net;
using System.Security.Cryptography;
using System.Threading.Channels;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Tests.Connections;

namespace ProxyHerd.Herd.Tests.Flooding;

/// <summary>A neighbour that the test plays, line by line.</summary>
internal sealed class TestPeer(TestHerd herd, string name)
{
    public const string Boot = "00c0ffee00c0ffee";
    public const string Nonce = "000102030405060708090a0b0c0d0e0f";

    private readonly Channel<MemoryConnection> _accepted = Channel.CreateUnbounded<MemoryConnection>();

    /// <summary>Connections that were made to it so far.</summary>
    public int Count { get; private set; }

    public void Accept(MemoryConnection connection)
    {
        Count++;
        Assert.True(_accepted.Writer.TryWrite(connection));
    }

    /// <summary>The next connection that was made to it; the clock moves on until it comes.</summary>
    public async Task<Transcript> AcceptAsync()
    {
        MemoryConnection? connection = null;
        await herd.Advance(() => _accepted.Reader.TryRead(out connection), () => $"for a connection to {name}");
        return new Transcript(connection!);
    }

    /// <summary>A connection from its host.</summary>
    public Transcript Connect(string to)
    {
        var (dialled, accepted) = MemoryConnection.Pair();
        accepted.RemoteEndPoint = new IPEndPoint(IPAddress.Parse(herd.HostOf(name)), 50_001);
        herd[to].Accept(accepted);
        return new Transcript(dialled);
    }

    /// <summary>What its HELLO says of it.</summary>
    public Durability Durability { get; init; } = Durability.Memory;

    public string Hello(string to, string boot = Boot, string nonce = Nonce) => $"HERD HELLO 1 {name} {to} {boot} {Durability} {nonce}";

    /// <summary>Greets as the dialler, up to FROM.</summary>
    public async Task<Transcript> DialAsync(string to, string have = "- 0", string boot = Boot, string from = "0")
    {
        var link = Connect(to);
        await link.SendLine(Hello(to, boot));
        var answer = await link.ReceiveLine();
        var hello = answer[..answer.LastIndexOf(' ')];
        await link.SendLine($"HERD PROVE {Proof(Hello(to, boot), hello, "dialler")}");
        await link.ReceiveLine($"HERD HAVE {have}");
        await link.SendLine($"HERD FROM {boot} {from}");
        return link;
    }

    /// <summary>Greets as the listener, up to FROM.</summary>
    public async Task<Transcript> GreetAsync(string by, string have, string from, string boot = Boot)
    {
        var link = await AcceptAsync();
        await AnswerAsync(link, by, have, from, boot);
        return link;
    }

    public async Task AnswerAsync(Transcript link, string by, string have, string from, string boot = Boot)
    {
        var theirs = await link.ReceiveLine();
        var hello = Hello(by, boot);
        await link.SendLine($"{hello} {Proof(theirs, hello, "listener")}");
        await link.ReceiveLine($"HERD PROVE {Proof(theirs, hello, "dialler")}");
        await link.SendLine($"HERD HAVE {have}");
        await link.ReceiveLine($"HERD FROM {herd[by].Boot} {from}");
    }

    public static string Proof(string dialler, string listener, string role, string secret = TestHerd.Secret) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Bytes.Of(secret), Bytes.Of($"{dialler}\n{listener}\n{role}")));
}
