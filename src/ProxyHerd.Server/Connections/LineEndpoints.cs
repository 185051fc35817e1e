using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ProxyHerd.Herd;
using ProxyHerd.Herd.Connections;
using ProxyHerd.Herd.Topology;

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
        kestrel.Configure(section)
            .Endpoint(Lines, endpoint =>
            {
                bound.Lines = endpoint.ListenOptions;
                endpoint.ListenOptions.Serve(server.LinkPort is null ? ConnectionKind.All : ConnectionKind.Clients);
            })
            .Endpoint(Links, endpoint =>
            {
                bound.Links = endpoint.ListenOptions;
                endpoint.ListenOptions.Serve(ConnectionKind.Links);
            })
            .Endpoint(Http, endpoint => bound.Http = endpoint.ListenOptions);
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

    private static void Serve(this ListenOptions listen, ConnectionKind kind)
    {
        var services = listen.ApplicationServices;
        var handler = new LineConnectionHandler(services.GetRequiredService<HerdServer>(), kind);

        // Links come from few, known hosts and must get in however many clients there are.
        if (kind != ConnectionKind.Links)
        {
            var limits = services.GetRequiredService<ConnectionLimitsMiddleware>();
            listen.Use(next => connection => limits.InvokeAsync(connection, next));
        }

        var firstBytes = services.GetRequiredService<FirstBytesMiddleware>();
        listen.Use(next => connection => firstBytes.InvokeAsync(connection, next));
        listen.Run(handler.OnConnectedAsync);
    }
}
