using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ProxyHerd.Server.Connections;
using ProxyHerd.Server.Hosting;
using ProxyHerd.Server.Http;
using ProxyHerd.Server.Tests.Tls;
using Xunit;

namespace ProxyHerd.Server.Tests.Http;

public sealed class HealthCommandTests
{
    /// <summary>Never reached where an answer comes: a machine may be busy.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(true, "health")]
    [InlineData(true, "health", "Alford")]
    [InlineData(true, "health", "--config", "herd.json")]
    [InlineData(false)]
    [InlineData(false, "Alford")]
    [InlineData(false, "Alford", "health")]
    [InlineData(false, "--name", "health")]
    public void IsMeant_Arguments_ByTheFirst(bool expected, params string[] arguments) =>
        Assert.Equal(expected, HealthCommand.IsMeant(arguments));

    [Fact]
    public async Task RunAsync_RunningServer_IsReady()
    {
        using var started = new HerdFile(("Alford", 0));
        await using var app = ServerHost.Build(started.Load(), "Alford");
        ServerHost.Prepare(app);
        await app.StartAsync();
        var port = BoundPorts.PortOf(app.Services.GetRequiredService<BoundPorts>().Http);
        using var file = new HerdFile(("Alford", port));

        Assert.Equal((ExitCodes.Healthy, "Alford: ready\n", ""), await RunAsync(file.Arguments("Alford")));
    }

    /// <summary>Its certificate is in no name by which it is asked, and of an authority that nobody here knows.</summary>
    [Fact]
    public async Task RunAsync_RunningServerOfHttps_IsReady()
    {
        using var folder = new TemporaryFolder();
        using var authority = new TestAuthority();
        authority.Write(folder, "Alford");
        using var file = new HerdFile(("Alford", 0));
        string[] Https(int port) =>
        [
            $"--Kestrel:Endpoints:Http:Url=https://127.0.0.1:{port}",
            $"--Kestrel:Endpoints:Http:Certificate:Path={folder.PathOf("Alford.pem")}",
            $"--Kestrel:Endpoints:Http:Certificate:KeyPath={folder.PathOf("Alford.key")}",
        ];
        await using var app = ServerHost.Build(file.Load([.. Https(0), "Alford"]), "Alford");
        ServerHost.Prepare(app);
        await app.StartAsync();
        var port = BoundPorts.PortOf(app.Services.GetRequiredService<BoundPorts>().Http);

        Assert.Equal((ExitCodes.Healthy, "Alford: ready\n", ""), await RunAsync(file.Arguments([.. Https(port), "Alford"])));
    }

    [Theory]
    [InlineData(503, "Service Unavailable")]
    [InlineData(500, "Internal Server Error")]
    [InlineData(404, "Not Found")]
    [InlineData(302, "Found")]
    public async Task RunAsync_OtherAnswer_IsNamed(int status, string reason)
    {
        await using var stub = await ServeAsync(Status(status));
        using var file = new HerdFile(("Alford", stub.Port));

        Assert.Equal(
            (ExitCodes.Unhealthy, "", $"Alford: http://127.0.0.1:{stub.Port}/health/ready answers {status} {reason}\n"),
            await RunAsync(file.Arguments()));
    }

    [Fact]
    public async Task RunAsync_NobodyListens_SaysSo()
    {
        // Bound and not listening: refused for certain, and no other test can be given the port.
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        using var file = new HerdFile(("Alford", port));

        var (code, output, errors) = await RunAsync(file.Arguments());

        Assert.Equal((ExitCodes.Unhealthy, ""), (code, output));
        Assert.Equal($"Alford: http://127.0.0.1:{port}/health/ready: Connection refused (127.0.0.1:{port})\n", errors);
    }

    [Fact]
    public async Task RunAsync_NoAnswer_GivesUp()
    {
        await using var stub = await ServeAsync(Hang);
        using var file = new HerdFile(("Alford", stub.Port));

        var result = await RunAsync(file.Arguments(), TimeSpan.FromMilliseconds(250));

        Assert.Equal(
            (ExitCodes.Unhealthy, "", $"Alford: http://127.0.0.1:{stub.Port}/health/ready has not answered within 0.25 s\n"), result);
    }

    [Fact]
    public async Task RunAsync_NoHttp_IsUnhealthy()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var file = new HerdFile(("Alford", port));

        var asking = RunAsync(file.Arguments());
        using (var peer = await listener.AcceptTcpClientAsync())
            await peer.GetStream().WriteAsync("? GET /health/ready HTTP/1.1\n"u8.ToArray());
        var (code, output, errors) = await asking;

        Assert.Equal((ExitCodes.Unhealthy, ""), (code, output));
        Assert.StartsWith($"Alford: http://127.0.0.1:{port}/health/ready: ", errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task RunAsync_NoName_AsksEveryServer()
    {
        await using var ready = await ServeAsync(Status(200));
        await using var stopping = await ServeAsync(Status(503));
        using var file = new HerdFile(("Parker", ready.Port), ("Alford", stopping.Port), ("Bolden", ready.Port));

        var (code, output, errors) = await RunAsync(file.Arguments());

        Assert.Equal((ExitCodes.Unhealthy, "Bolden: ready\nParker: ready\n"), (code, output));
        Assert.StartsWith("Alford: ", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Parker")]
    [InlineData("--name=Parker")]
    [InlineData("--Herd:Name=Parker")]
    public async Task RunAsync_Name_AsksThatServerAlone(string name)
    {
        await using var ready = await ServeAsync(Status(200));
        using var file = new HerdFile(("Parker", ready.Port), ("Alford", 0));

        Assert.Equal((ExitCodes.Healthy, "Parker: ready\n", ""), await RunAsync(file.Arguments(name)));
    }

    [Fact]
    public async Task RunAsync_PortZero_CannotBeAsked()
    {
        using var file = new HerdFile(("Alford", 0));

        var (code, _, errors) = await RunAsync(file.Arguments());

        Assert.Equal((ExitCodes.Unhealthy, "Alford: its HttpPort is 0, any that is free, so it cannot be asked; give it a port\n"), (code, errors));
    }

    [Theory]
    [InlineData("Clarc", "Herd:Name: 'Clarc' is not a server of this herd; known: Alford")]
    [InlineData("--Herd:Listen=nowhere", "Herd:Listen: 'nowhere' is not an IP address")]
    [InlineData("--Herd:Listen", "'--Herd:Listen': has no value behind it")]
    [InlineData("--Kestrel:Endpoints:Http:Url=kiwi", "Kestrel:Endpoints:Http:Url: 'kiwi' is no address to listen on")]
    public async Task RunAsync_MistakeInTheConfiguration_IsUnhealthyAndNamed(string argument, string mistake)
    {
        using var file = new HerdFile(("Alford", 1));

        var (code, output, errors) = await RunAsync(file.Arguments(argument));

        Assert.Equal((ExitCodes.Unhealthy, ""), (code, output));
        Assert.StartsWith(mistake, errors, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string[] arguments, TimeSpan? answerMax = null)
    {
        using StringWriter output = new() { NewLine = "\n" }, errors = new() { NewLine = "\n" };
        var code = await HealthCommand.RunAsync(["health", .. arguments], output, errors, answerMax ?? Patience);
        return (code, output.ToString(), errors.ToString());
    }

    private static async Task<Stub> ServeAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context => context.Request.Path == "/health/ready" ? answer(context) : throw new InvalidOperationException("not asked for"));
        await app.StartAsync();
        return new Stub(app);
    }

    private static RequestDelegate Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = "/health/live";
        return Task.CompletedTask;
    };

    private static async Task Hang(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    private sealed class Stub(WebApplication app) : IAsyncDisposable
    {
        public int Port { get; } = new Uri(app.Urls.Single()).Port;

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
