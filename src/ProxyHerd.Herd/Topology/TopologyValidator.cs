using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Topology;

/// <summary>Finds every mistake in a herd's options at once.</summary>
public static class TopologyValidator
{
    private static readonly string[] TlsKeys = ["Ca", "Certificate", "Key"];

    /// <summary>The mistakes, each with its key, the value and the way out; empty if there are none.</summary>
    public static IReadOnlyList<string> FindMistakes(HerdOptions options)
    {
        var mistakes = new List<string>();
        if (options.Servers.Count == 0)
        {
            mistakes.Add("Herd:Servers: names no server; give at least one, with a Port and an HttpPort");
            return mistakes;
        }

        var known = string.Join(", ", options.Servers.Keys.Order(StringComparer.Ordinal));
        CheckHerd(options, known, mistakes);
        CheckTls(options, mistakes);
        foreach (var (name, server) in options.Servers)
        {
            CheckName(name, mistakes);
            CheckPorts(name, server, mistakes);
            CheckNeighbours(name, server, options, known, mistakes);
        }

        CheckPortsDiffer(options, mistakes);
        CheckConnected(options, mistakes);
        return mistakes;
    }

    private static void CheckHerd(HerdOptions options, string known, List<string> mistakes)
    {
        if (options.Name is { } name && !options.Servers.ContainsKey(name))
            mistakes.Add($"Herd:Name: '{name}' is not a server of this herd; known: {known}");
        if (!IPAddress.TryParse(options.Listen, out _))
            mistakes.Add($"Herd:Listen: '{options.Listen}' is not an IP address; 127.0.0.1 is this machine alone, 0.0.0.0 every network");
        foreach (var plain in options.PlainNeighbours.Where(plain => !options.Servers.ContainsKey(plain)))
            mistakes.Add($"Herd:PlainNeighbours: '{plain}' is not a server of this herd; known: {known}");
        if (options.Secret is not null && options.SecretFile is not null)
            mistakes.Add("Herd:Secret and Herd:SecretFile: both are set; keep one");
        if (options.Secret is "")
            mistakes.Add("Herd:Secret: is empty; give one, or null to talk to servers on this machine alone");
    }

    private static void CheckTls(HerdOptions options, List<string> mistakes)
    {
        // Names and files apart: queries over tuples are compiled at each start, for some milliseconds.
        string?[] files = [options.Tls.Ca, options.Tls.Certificate, options.Tls.Key];
        var missing = TlsKeys.Where((_, i) => string.IsNullOrEmpty(files[i])).ToList();
        if (missing.Count == files.Length)
            return;
        if (missing.Count > 0)
            mistakes.Add($"Herd:Tls: {string.Join(" and ", missing)} missing; name the files of Ca, Certificate and Key for links over TLS, or none of them");
        foreach (var (name, _) in options.Servers.Where(server => server.Value.LinkPort is null))
            mistakes.Add($"Herd:Servers:{name}:LinkPort: is missing; with Herd:Tls links have a port of their own, from 1 to 65535");
        if (options.PlainNeighbours.Count > 0)
            mistakes.Add("Herd:PlainNeighbours: servers of the original kind speak no TLS; leave out Herd:Tls, or them");
    }

    private static void CheckName(string name, List<string> mistakes)
    {
        if (!Names.IsServerName(Encoding.UTF8.GetBytes(name)))
        {
            mistakes.Add(
                $"Herd:Servers: '{name}' is no server name; one is 1 to {Names.ServerNameBytesMax} bytes without white space or control characters");
        }
    }

    private static void CheckPorts(string name, ServerOptions server, List<string> mistakes)
    {
        CheckPort(name, "Port", server.Port, isRequired: true, mistakes);
        CheckPort(name, "LinkPort", server.LinkPort, isRequired: false, mistakes);
        CheckPort(name, "HttpPort", server.HttpPort, isRequired: true, mistakes);
        if (string.IsNullOrWhiteSpace(server.Host))
            mistakes.Add($"Herd:Servers:{name}:Host: is empty; give the host name or address that its neighbours dial");
        if (IPAddress.TryParse(server.Host, out var host) && (host.Equals(IPAddress.Any) || host.Equals(IPAddress.IPv6Any)))
            mistakes.Add($"Herd:Servers:{name}:Host: '{server.Host}' is no one's address; give the one that its neighbours dial (Herd:Listen is what to bind)");
    }

    private static void CheckPort(string name, string key, int? port, bool isRequired, List<string> mistakes)
    {
        if (port is null && isRequired)
            mistakes.Add($"Herd:Servers:{name}:{key}: is missing; give a port from 1 to 65535, or 0 for any that is free");
        if (port is < 0 or > 65535)
            mistakes.Add($"Herd:Servers:{name}:{key}: {port} is not a port; ports are 1 to 65535, or 0 for any that is free");
    }

    private static void CheckNeighbours(
        string name, ServerOptions server, HerdOptions options, string known, List<string> mistakes)
    {
        foreach (var neighbour in server.Neighbours.Distinct(StringComparer.Ordinal))
        {
            if (neighbour == name)
                mistakes.Add($"Herd:Servers:{name}:Neighbours: '{name}' is its own neighbour; take it out");
            else if (!options.Servers.TryGetValue(neighbour, out var other))
                mistakes.Add($"Herd:Servers:{name}:Neighbours: '{neighbour}' is not a server of this herd; known: {known}");
            else if (!other.Neighbours.Contains(name))
                mistakes.Add($"Herd:Servers:{name}:Neighbours: '{neighbour}' does not name '{name}' in return; add it to Herd:Servers:{neighbour}:Neighbours");
        }

        foreach (var twice in server.Neighbours.GroupBy(neighbour => neighbour, StringComparer.Ordinal).Where(group => group.Count() > 1))
            mistakes.Add($"Herd:Servers:{name}:Neighbours: '{twice.Key}' stands there {twice.Count()} times; keep one");
    }

    private static void CheckPortsDiffer(HerdOptions options, List<string> mistakes)
    {
        // Plain loops, for the same reason.
        var uses = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var (name, server) in options.Servers)
        {
            Use(server, server.Port, $"Herd:Servers:{name}:Port");
            Use(server, server.LinkPort, $"Herd:Servers:{name}:LinkPort");
            Use(server, server.HttpPort, $"Herd:Servers:{name}:HttpPort");
        }

        foreach (var (port, keys) in uses)
        {
            if (keys.Count > 1)
                mistakes.Add($"{string.Join(", ", keys)}: {port} is used {keys.Count} times; each needs a port of its own");
        }

        void Use(ServerOptions server, int? port, string key)
        {
            if (port is not > 0)
                return;
            ref var keys = ref CollectionsMarshal.GetValueRefOrAddDefault(uses, $"{server.Host} port {port}", out _);
            (keys ??= []).Add(key);
        }
    }

    /// <summary>An update reaches every server only if each can be reached from each.</summary>
    private static void CheckConnected(HerdOptions options, List<string> mistakes)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<string>();
        waiting.Enqueue(options.Servers.Keys.Order(StringComparer.Ordinal).First());
        while (waiting.TryDequeue(out var name))
        {
            if (!options.Servers.TryGetValue(name, out var server) || !reached.Add(name))
                continue;
            foreach (var neighbour in server.Neighbours)
                waiting.Enqueue(neighbour);
        }

        var others = options.Servers.Keys.Where(name => !reached.Contains(name)).Order(StringComparer.Ordinal).ToList();
        if (others.Count > 0)
        {
            mistakes.Add(
                $"Herd:Servers: the graph is in parts: {string.Join(", ", reached.Order(StringComparer.Ordinal))} cannot reach {string.Join(", ", others)}; add neighbours between them");
        }
    }
}
