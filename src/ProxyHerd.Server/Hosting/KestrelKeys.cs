using System.Net;
using ProxyHerd.Server.Connections;

namespace ProxyHerd.Server.Hosting;

/// <summary>
/// The keys of section <c>Kestrel</c>, which reads its own and passes over all others in silence: so that a port speaks plain text
/// which somebody believes to speak TLS, or limits hold that nobody set.
/// </summary>
/// <remarks><see href="https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/endpoints"/></remarks>
internal static class KestrelKeys
{
    private const string Endpoints = "Endpoints";

    private static readonly string[] Known = ["Certificates", "EndpointDefaults", Endpoints];
    private static readonly string[] KnownOfEndpoint = ["Certificate", "ClientCertificateMode", "Protocols", "Sni", "SslProtocols", "Url"];

    /// <summary>The mistakes, each with its key and the way out. Addresses are among them, since <c>health</c> reads those too.</summary>
    /// <param name="kestrel">The section.</param>
    public static IEnumerable<string> FindMistakes(IConfigurationSection kestrel)
    {
        foreach (var mistake in FindUnknown(kestrel, Known))
            yield return mistake;

        // One of another name would be one more port of HTTP's, without the limits of ours.
        foreach (var mistake in FindUnknown(kestrel.GetSection(Endpoints), LineEndpoints.Names))
            yield return mistake;
        foreach (var endpoint in kestrel.GetSection(Endpoints).GetChildren())
        {
            if (!string.IsNullOrEmpty(endpoint.Value))
                yield return WrongValues.NoSection(endpoint);
            foreach (var mistake in FindUnknown(endpoint, KnownOfEndpoint))
                yield return mistake;
            if (endpoint["Url"] is { } url && !IsAddress(url))
                yield return $"{endpoint.Path}:Url: '{url}' is no address to listen on; give one such as http://127.0.0.1:14000";
        }
    }

    private static bool IsAddress(string url)
    {
        try
        {
            return BindingAddress.Parse(url).Port <= IPEndPoint.MaxPort;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static IEnumerable<string> FindUnknown(IConfigurationSection section, IReadOnlyList<string> known) =>
        from child in section.GetChildren()
        where !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)
        select WrongValues.Unknown(child, known);
}
