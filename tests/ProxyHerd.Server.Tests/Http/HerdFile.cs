using System.Text.Json;
using ProxyHerd.Server.Hosting;

namespace ProxyHerd.Server.Tests.Http;

/// <summary>A configuration file of a herd whose servers form a chain, on ports that are free; gone with its test.</summary>
internal sealed class HerdFile : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");

    /// <param name="servers">Names and HTTP ports.</param>
    public HerdFile(params (string Name, int HttpPort)[] servers)
    {
        var sections = servers.Select((server, i) => KeyValuePair.Create(server.Name, new
        {
            Host = $"host{i}",
            Port = 0,
            server.HttpPort,
            Neighbours = servers.Where((_, j) => Math.Abs(i - j) == 1).Select(other => other.Name),
        }));
        var herd = new { Herd = new { Servers = new Dictionary<string, object>(sections.Select(s => KeyValuePair.Create(s.Key, (object)s.Value))) } };
        File.WriteAllText(_path, JsonSerializer.Serialize(herd));
    }

    /// <summary>The arguments that name it, and others behind them.</summary>
    public string[] Arguments(params string[] others) => ["--config", _path, "--Logs:Path=", "--Journal:Durability=Memory", .. others];

    /// <summary>What a server that is started with these arguments reads.</summary>
    public ServerConfiguration Load(params string[] others)
    {
        using var errors = new StringWriter();
        var isLoaded = CommandLine.TryParse(Arguments(others), errors, out var command);
        isLoaded &= ServerConfiguration.TryLoad(command!, errors, out var configuration);
        return isLoaded ? configuration! : throw new InvalidDataException(errors.ToString());
    }

    public void Dispose() => File.Delete(_path);
}
