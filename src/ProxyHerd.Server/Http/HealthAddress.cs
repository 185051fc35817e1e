using System.Net;
using ProxyHerd.Server.Hosting;

namespace ProxyHerd.Server.Http;

/// <summary>Where a server of this machine is asked whether it is ready.</summary>
internal static class HealthAddress
{
    private const string EndpointKey = "Kestrel:Endpoints:Http:Url";

    /// <summary>
    /// <c>http://ADDRESS:PORT/health/ready</c>, or <c>https</c> where Kestrel's section says so. The address is the one that it
    /// listens on; loopback if that is every one, or a host name, which Kestrel takes for every one. Port 0 stands for a port that
    /// cannot be known here.
    /// </summary>
    /// <param name="configuration">The configuration that the server was started with.</param>
    /// <param name="server">Its name.</param>
    public static Uri Of(ServerConfiguration configuration, string server)
    {
        var (scheme, host, port) = (Uri.UriSchemeHttp, configuration.Herd.Listen, configuration.Herd.Servers[server].HttpPort ?? 0);
        if (configuration.Root[EndpointKey] is { } url)
        {
            var replacement = BindingAddress.Parse(url);
            (scheme, host, port) = (replacement.Scheme, replacement.Host, replacement.Port);
        }

        var isOne = IPAddress.TryParse(host, out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any);
        return new UriBuilder(scheme, (isOne ? address : IPAddress.Loopback)!.ToString(), port, "/health/ready").Uri;
    }
}
