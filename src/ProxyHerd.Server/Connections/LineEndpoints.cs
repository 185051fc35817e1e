using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ProxyHerd.Herd;
using ProxyHerd.Herd.Connections;
using ProxyHerd.Herd.Topology;
using ProxyHerd.Server.Tls;

namespace ProxyHerd.Server.Connections;

/// <summary>
/// The ports of one server, as Kestrel endpoints called Lines, Links and Http. Keys of the same name under
/// <c>Kestrel:Endpoints</c> replace what the herd's options say.
/// </summary>
internal static class LineEndpoints
{
    private const string Lines = "Lines";
    private const string Links = "Links";
    private const string Http = "Http";

    /// <summary>What they are called.</summary>
    public static IReadOnlyList<string> Names { get; } = [Http, Lines, Links];

    /// <summary>Has Kestrel listen for a server.</summary>
    /// <param name="kestrel">Kestrel.</param>
    /// <param name="herd">The herd.</param>
    /// <param name="server">The server's own options.</param>
    /// <param name="overrides">Section <c>Kestrel</c>.</param>
    public static void ListenFor(this KestrelServerOptions kestrel, HerdOptions herd, ServerOptions server, IConfiguration overrides)
    {
        var defaults = new Dictionary<string, string?>
        {
            [$"Endpoints:{Lines}:Url"] = Url(herd.Listen, server.Port),
            [$"Endpoints:{Http}:Url"] = Url(herd.Listen, server.HttpPort),
        };
        if (server.LinkPort is not null)
            defaults[$"Endpoints:{Links}:Url"] = Url(herd.Listen, server.LinkPort);
        var section = new ConfigurationBuilder().AddInMemoryCollection(defaults).AddConfiguration(overrides).Build();
        var bound = kestrel.ApplicationServices.GetRequiredService<BoundPorts>();
        var certificates = kestrel.ApplicationServices.GetRequiredService<EndpointCertificates>();
        kestrel.Configure(section)
            .Endpoint(Lines, endpoint =>
            {
                bound.Lines = endpoint.ListenOptions;
                certificates.Watch(endpoint, overrides);
                endpoint.Serve(server.LinkPort is null ? ConnectionKind.All : ConnectionKind.Clients);
            })
            .Endpoint(Links, endpoint =>
            {
                bound.Links = endpoint.ListenOptions;
                endpoint.Serve(ConnectionKind.Links, linksSpeakTls: herd.Tls.IsOn);
            })
            .Endpoint(Http, endpoint =>
            {
                bound.Http = endpoint.ListenOptions;
                var limit = EndpointLimit.OfHttp(kestrel.ApplicationServices);
                endpoint.ListenOptions.Use(next => connection => limit.InvokeAsync(connection, next));
                certificates.Watch(endpoint, overrides);
            });
    }

    /// <summary>
    /// TLS where no neighbour would speak it: a herd that never links up says so in no other way than that links stay down.
    /// </summary>
    /// <param name="herd">The herd.</param>
    /// <param name="servers">Those that run in this process.</param>
    /// <param name="overrides">Section <c>Kestrel</c>.</param>
    /// <returns>The mistakes, each with its key and the way out.</returns>
    public static IEnumerable<string> FindMistakes(HerdOptions herd, IEnumerable<string> servers, IConfiguration overrides)
    {
        if (IsHttps(overrides, Links))
            yield return $"Kestrel:Endpoints:{Links}:Url: is https; give http, since links speak TLS if Herd:Tls names certificates";
        if (!IsHttps(overrides, Lines))
            yield break;
        foreach (var name in servers)
        {
            if (herd.Servers.TryGetValue(name, out var server) && server is { LinkPort: null, Neighbours.Count: > 0 })
                yield return $"Kestrel:Endpoints:{Lines}:Url: is https, and {name}'s neighbours dial the same port; give them one at Herd:Servers:{name}:LinkPort";
        }
    }

    /// <summary>
    /// <c>http://ADDRESS:PORT</c>, from an address as a person wrote it. Kestrel takes what it cannot read as an address for a
    /// host name, and listens to every network then: so <c>[::1]</c> must not come out with two pairs of brackets.
    /// </summary>
    internal static string Url(string listen, int? port)
    {
        var address = IPAddress.Parse(listen);
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? $"http://[{address}]:{port}" : $"http://{address}:{port}";
    }

    private static bool IsHttps(IConfiguration overrides, string endpoint) =>
        overrides[$"Endpoints:{endpoint}:Url"]?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) is true;

    private static void Serve(this EndpointConfiguration endpoint, ConnectionKind kind, bool linksSpeakTls = false)
    {
        var listen = endpoint.ListenOptions;
        var services = listen.ApplicationServices;
        var handler = new LineConnectionHandler(services.GetRequiredService<HerdServer>(), kind);

        // Links come from few, known hosts and must get in however many clients there are.
        if (kind == ConnectionKind.Links)
        {
            var limit = EndpointLimit.OfLinks(services);
            listen.Use(next => connection => limit.InvokeAsync(connection, next));
        }
        else
        {
            var limits = services.GetRequiredService<ConnectionLimitsMiddleware>();
            listen.Use(next => connection => limits.InvokeAsync(connection, next));
        }

        // Kestrel would put TLS behind everything that is set up here.
        if (endpoint.IsHttps)
            listen.UseHttps(endpoint.HttpsOptions);

        if (linksSpeakTls)
        {
            var tls = services.GetRequiredService<LinkTlsMiddleware>();
            listen.Use(next => connection => tls.InvokeAsync(connection, next));
        }

        var firstBytes = services.GetRequiredService<FirstBytesMiddleware>();
        listen.Use(next => connection => firstBytes.InvokeAsync(connection, next));
        listen.Run(handler.OnConnectedAsync);
    }
}
