using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using OpenTelemetry.Metrics;
using ProxyHerd.Herd;
using ProxyHerd.Herd.Connections;
using ProxyHerd.Herd.Flooding;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Herd.Metrics;
using ProxyHerd.Herd.Tracing;
using ProxyHerd.Server.Connections;
using ProxyHerd.Server.Dialling;
using ProxyHerd.Server.Flooding;
using ProxyHerd.Server.Http;
using ProxyHerd.Server.Journal;
using ProxyHerd.Server.Logs;
using ProxyHerd.Server.Places;
using ProxyHerd.Server.Places.Files;
using ProxyHerd.Server.Places.Google;
using ProxyHerd.Server.Telemetry;
using ProxyHerd.Server.Tls;
using ProxyHerd.Server.Transport;
using ProxyHerd.Server.Upkeep;

namespace ProxyHerd.Server.Hosting;

/// <summary>Builds the web application that is one server of the herd.</summary>
internal static class ServerHost
{
    /// <summary>
    /// What a connection may have sent that is not read yet: eight of the transport's reads, four lines of a link at their
    /// longest, and with a thousand clients that send without reading 32 MB.
    /// </summary>
    private const int UnreadInputBytesMax = 32 << 10;

    /// <summary>Builds a server; it does not listen yet.</summary>
    /// <param name="configuration">The configuration of the process.</param>
    /// <param name="name">Which server.</param>
    /// <param name="places">The files of places that the servers of the process share; null to read them for this server.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Its certificates for links are of no use.</exception>
    public static WebApplication Build(ServerConfiguration configuration, string name, PlaceFiles? places = null)
    {
        var builder = CreateBuilder(configuration.Environment);
        builder.Configuration.AddConfiguration(configuration.Root);
        builder.Logging.AddLogs(configuration, name);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ListenFor(configuration.Herd, configuration.Herd.Servers[name], configuration.Root.GetSection("Kestrel"));
        });

        if (places is not null)
            builder.Services.AddSingleton(places);
        AddServices(builder.Services, configuration, name);

        var app = builder.Build();
        var server = app.Services.GetRequiredService<HerdServer>();
        server.Metrics.Register(app.Services.GetRequiredService<IMeterFactory>().Create(HerdMetrics.MeterName), server);
        return app;
    }

    /// <summary>Begins to read a server's journal, and meanwhile says what HTTP answers. It comes before the start.</summary>
    public static void Prepare(WebApplication app)
    {
        app.Services.GetRequiredService<JournalService>().Begin();
        app.UseHttpPaths(app.Services.GetRequiredService<HerdServer>());
    }

    /// <summary>
    /// Builds the greater part of a server and lets it go, on another thread: what that has loaded and compiled, the first server
    /// finds ready. Half of a start is nothing else, and it is 45 ms shorter of 245 if this is done while the configuration is read.
    /// </summary>
    /// <returns>Completes once that is done. It never fails: what cannot be built, the first server fails at too, and says so.</returns>
    public static async Task WarmUpAsync()
    {
        // The two would only take turns.
        if (Environment.ProcessorCount == 1)
            return;

        // Without the caller's context, by which WebApplicationFactory knows the program's hosts.
        Task building;
        using (ExecutionContext.SuppressFlow())
            building = Task.Run(BuildInVain);
        await building.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static void BuildInVain()
    {
        var builder = CreateBuilder(Environments.Production);
        builder.Services.AddHealthChecks();
        builder.Services.AddOpenTelemetry().WithMetrics(static metrics => metrics.AddPrometheusExporter());
        using IHost app = builder.Build();
        ((IApplicationBuilder)app).UseHealthAndMetrics();
    }

    private static WebApplicationBuilder CreateBuilder(string environment)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(ServerHost).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = environment,
        });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().UseSockets(Tune);
        return builder;
    }

    private static void AddServices(IServiceCollection services, ServerConfiguration configuration, string name)
    {
        services.AddHealthChecks().AddCheck<ReadinessCheck>("server");
        services.AddTelemetry(configuration.Root, name);
        services.AddSingleton(_ => new HerdActivities(name));
        services.AddPlaces(configuration.Root);
        services.AddSingleton(_ => CallLedgerPlace.Beside(JournalPlace.Below(configuration.Journal.Path, name)));
        services.AddSingleton<IHostLifetime, NoLifetime>();
        services.AddJournal(configuration.Journal, name);
        services.AddHostedService<FloodingService>();
        services.AddHostedService<KeepingService>();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(configuration.Limits);
        services.AddSingleton<ConnectionCounter>();
        services.AddSingleton<ConnectionLimitsMiddleware>();
        services.AddSingleton<FirstBytesMiddleware>();
        services.AddSingleton<BoundPorts>();
        services.AddSingleton<EndpointCertificates>();

        // After Kestrel's own transport: the last one that takes an endpoint gets it.
        if (EpollListenerFactory.IsSupported)
            services.AddSingleton<IConnectionListenerFactory, EpollListenerFactory>();
        services.AddSingleton<IRandomness, SystemRandomness>();
        services.AddDialling(configuration, name);
        services.AddSingleton<IHostLookup, SystemHostLookup>();
        services.AddSingleton(SettingsOf(configuration, name));
        services.AddSingleton<HerdServer>();
    }

    private static void AddDialling(this IServiceCollection services, ServerConfiguration configuration, string name)
    {
        if (!configuration.Herd.Tls.IsOn)
        {
            services.AddSingleton<IConnectionFactory, SocketDialler>();
            return;
        }

        services.AddSingleton(provider => new LinkCertificates(
            name, configuration.Herd.Tls, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<LinkCertificates>>()));
        services.AddSingleton<LinkTlsMiddleware>();
        services.AddSingleton<IConnectionFactory, TlsDialler>();
    }

    private static HerdServerSettings SettingsOf(ServerConfiguration configuration, string name) => new()
    {
        Name = name,
        Herd = configuration.Herd,
        Secret = configuration.Secret,
        LocationLimits = new LocationLimits
        {
            ClientsMax = configuration.Limits.ClientsMax,
            ClockAheadMax = configuration.Limits.ClockAheadMax,
            ExpireAfter = configuration.Expiry.After,
        },
        ConnectionLimits = new ConnectionLimits { LineBytesMax = configuration.Limits.LineBytesMax },
    };

    /// <summary>Kestrel's own transport serves HTTP, and lines where there is no <see cref="EpollListenerFactory"/>.</summary>
    private static void Tune(SocketTransportOptions sockets)
    {
        sockets.UnsafePreferInlineScheduling = true;

        // One system call less a read; an idle connection holds a 4 kB block for it.
        sockets.WaitForDataBeforeAllocatingBuffer = false;
        sockets.MaxReadBufferSize = UnreadInputBytesMax;
        sockets.MaxWriteBufferSize = ConnectionLimits.UnreadBytesMax;
    }
}
