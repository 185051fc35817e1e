using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using ProxyHerd.Server.Connections;
using ProxyHerd.Server.Tests.Places;

namespace ProxyHerd.Server.Tests;

/// <summary>
/// One server of the shipped herd in this process, on real sockets with free ports. Its neighbours have port 0, so nobody
/// is dialled. It keeps nothing on disk and writes no log; what it would have logged is kept, and an error among it fails the test.
/// </summary>
internal sealed class ServerFactory : WebApplicationFactory<Program>
{
    private readonly string _name;
    private readonly Dictionary<string, string> _settings;
    private readonly Action<IServiceCollection> _services;

    /// <param name="settings">Further keys, or other values for those that it sets.</param>
    /// <param name="services">Changes the server's services.</param>
    /// <param name="name">Which server it is.</param>
    public ServerFactory((string Key, string Value)[]? settings = null, Action<IServiceCollection>? services = null, string name = "Alford")
    {
        _name = name;
        _services = services ?? (_ => { });
        _settings = new(StringComparer.OrdinalIgnoreCase) { ["Logs:Path"] = "", ["Journal:Durability"] = "Memory" };
        foreach (var server in new[] { "Alford", "Bolden", "Hamilton", "Parker", "Powell" })
        {
            _settings[$"Herd:Servers:{server}:Port"] = "0";
            _settings[$"Herd:Servers:{server}:HttpPort"] = "0";
        }

        foreach (var (key, value) in settings ?? [])
            _settings[key] = value;
        UseKestrel();
        StartServer();
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{BoundPorts.PortOf(Ports.Http)}") };
    }

    /// <summary>The port for lines.</summary>
    public int Lines => BoundPorts.PortOf(Ports.Lines);

    /// <summary>The port for links, if it has one.</summary>
    public int Links => BoundPorts.PortOf(Ports.Links);

    /// <summary>Asks its HTTP port.</summary>
    public HttpClient Http { get; }

    /// <summary>The port that it asks.</summary>
    public int HttpPort => BoundPorts.PortOf(Ports.Http);

    /// <summary>What it has logged: category, level, text.</summary>
    public RecordingLoggerProvider Log { get; } = new();

    private BoundPorts Ports => Services.GetRequiredService<BoundPorts>();

    /// <summary>Those log entries that hold a text.</summary>
    public string[] Logged(string text) => [.. Log.Entries.Where(entry => entry.Contains(text, StringComparison.Ordinal))];

    public override async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await base.DisposeAsync();
        if (Log.Entries.FirstOrDefault(entry => entry.Contains(" Error ", StringComparison.Ordinal)) is { } error)
            throw new InvalidOperationException($"The server logged an error: {error}");
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        // These reach the program as arguments: it chooses its server before any host is built.
        builder.UseSetting("name", _name);
        foreach (var (key, value) in _settings)
            builder.UseSetting(key, value);
        builder.ConfigureTestServices(services =>
        {
            services.RemoveAll<ILoggerProvider>();
            services.AddSingleton<ILoggerProvider>(Log);
            _services(services);
        });
    }
}
