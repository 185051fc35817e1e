using System.Text.Json;
using System.Text.Json.Nodes;

namespace ProxyHerd.EndToEnd.Processes;

/// <summary>The configuration of one herd: who is in it, on which ports, and what a test sets besides.</summary>
internal sealed class HerdPlan : IDisposable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly PortBlock _ports = PortBlock.Take();
    private readonly Dictionary<string, ServerPorts> _servers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _neighbours = new(StringComparer.Ordinal);

    /// <param name="edges">The graph, as pairs of neighbours: <c>Alford-Parker</c>.</param>
    public HerdPlan(params string[] edges)
    {
        foreach (var edge in edges.Select(edge => edge.Split('-')))
        {
            Enter(edge[0]).Add(edge[1]);
            Enter(edge[1]).Add(edge[0]);
        }
    }

    /// <summary>The graph of the five that ship.</summary>
    public static string[] FiveEdges => ["Alford-Parker", "Alford-Powell", "Bolden-Parker", "Bolden-Powell", "Hamilton-Parker"];

    /// <summary>Their names.</summary>
    public static string[] FiveNames => ["Alford", "Bolden", "Hamilton", "Parker", "Powell"];

    /// <summary>The five that ship.</summary>
    public static HerdPlan Five => new(FiveEdges);

    /// <summary>Every server's name.</summary>
    public IReadOnlyCollection<string> Names => _servers.Keys;

    /// <summary>Section <c>Herd</c> but for the servers.</summary>
    public JsonObject Settings { get; } = [];

    /// <summary>Names of servers that the test itself plays.</summary>
    public IReadOnlyList<string> Plain { get; init; } = [];

    /// <summary>Whether servers talk to each other on ports of their own.</summary>
    public bool HasLinkPorts { get; init; }

    /// <summary>When its servers answer; a journal lies in the herd's own folder.</summary>
    public string Durability { get; init; } = "Memory";

    /// <summary>A server's ports.</summary>
    public ServerPorts PortsOf(string name) => _servers[name];

    /// <summary>A server's neighbours.</summary>
    public IReadOnlyList<string> NeighboursOf(string name) => _neighbours[name];

    /// <summary>Writes the configuration file.</summary>
    public void Write(string file)
    {
        var herd = (JsonObject)Settings.DeepClone();
        herd["PlainNeighbours"] = new JsonArray([.. Plain.Select(name => JsonValue.Create(name))]);
        herd["Servers"] = new JsonObject(_servers.Keys.Select(name => KeyValuePair.Create<string, JsonNode?>(name, Describe(name))));
        var root = new JsonObject
        {
            ["Herd"] = herd,
            ["Journal"] = new JsonObject { [nameof(Durability)] = Durability },
            ["Logs"] = new JsonObject { ["Path"] = "" },
            ["Logging"] = JsonNode.Parse("""{ "LogLevel": { "Default": "Information", "Microsoft": "Warning", "System": "Warning" } }"""),
        };
        File.WriteAllText(file, root.ToJsonString(Indented));
    }

    /// <inheritdoc/>
    public void Dispose() => _ports.Dispose();

    private List<string> Enter(string name)
    {
        if (_servers.TryAdd(name, new ServerPorts(_ports.Next(), _ports.Next(), _ports.Next())))
            _neighbours.Add(name, []);
        return _neighbours[name];
    }

    private JsonObject Describe(string name)
    {
        var ports = _servers[name];
        return new JsonObject
        {
            ["Host"] = "127.0.0.1",
            ["Port"] = ports.Lines,
            ["LinkPort"] = HasLinkPorts ? ports.Links : null,
            ["HttpPort"] = ports.Http,
            ["Neighbours"] = new JsonArray([.. _neighbours[name].Select(neighbour => JsonValue.Create(neighbour))]),
        };
    }
}
