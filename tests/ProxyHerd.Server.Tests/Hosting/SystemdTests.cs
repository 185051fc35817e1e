using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace ProxyHerd.Server.Tests.Hosting;

/// <summary>What a service manager hears of the process, by the socket that it names in the environment (sd_notify).</summary>
public sealed class SystemdTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Socket _manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public SystemdTests() => _manager.Bind(new UnixDomainSocketEndPoint(_folder.PathOf("notify")));

    public void Dispose()
    {
        _manager.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Run_AllPortsBound_SaysReadyAndAtItsStopStopping()
    {
        await using var server = Start();

        Assert.Equal("READY=1", await HearAsync());
        var ports = await server.ListenAsync();
        Assert.Equal(5, ports.Count);
        foreach (var (lines, _) in ports.Values)
            Assert.Equal("? foo\n", await LineClient.AskAsync(lines, "foo\n"));

        server.Signal(ServerProcess.Terminate);
        Assert.Equal("STOPPING=1", await HearAsync());
        Assert.Equal(0, await server.ExitAsync());
    }

    /// <summary>The last of five cannot listen: what the others bound makes nothing ready.</summary>
    [Fact]
    public async Task Run_PortInUse_NeverSaysReady()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        await using var server = Start($"--Herd:Servers:Powell:Port={((IPEndPoint)holder.LocalEndpoint).Port}");

        Assert.Equal("STOPPING=1", await HearAsync());
        Assert.Equal(3, await server.ExitAsync());
        Assert.Equal(0, _manager.Available);
    }

    private ServerProcess Start(params string[] arguments) => ServerProcess.Start(
        _folder.FullName, [("NOTIFY_SOCKET", _folder.PathOf("notify"))], [.. ServerProcess.FreePorts, "--Journal:Durability=Memory", "--Logs:Path=", .. arguments]);

    private async Task<string> HearAsync()
    {
        var block = new byte[256];
        var count = await Eventually.EndAsync("a word to the service manager", _manager.ReceiveAsync(block, SocketFlags.None));
        return Encoding.UTF8.GetString(block, 0, count);
    }
}
