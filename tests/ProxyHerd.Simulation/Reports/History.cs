using ProxyHerd.Simulation.Oracle;
using ProxyHerd.Simulation.Worlds;

namespace ProxyHerd.Simulation.Reports;

/// <summary>
/// What happened to one client, and to the herd meanwhile. It is off until a seed has failed: then the seed is run again
/// with the client's name, and does the same once more.
/// </summary>
internal sealed class History(World world, string? client)
{
    private readonly byte[] _client = Bytes.Of($" {client} ");
    private readonly List<string> _entries = [];

    /// <summary>Whether anything is noted.</summary>
    public bool IsOn { get; } = client is not null;

    public IReadOnlyList<string> Entries => _entries;

    /// <summary>Notes something about the herd. Ask <see cref="IsOn"/> before making the text.</summary>
    public void Note(string text) => _entries.Add($"{world.Now.TotalSeconds,12:0.000000}  {text}");

    /// <summary>Whether bytes speak of the client.</summary>
    public bool Concerns(ReadOnlySpan<byte> bytes) => IsOn && _client.Length > 2 && bytes.IndexOf(_client) >= 0;

    /// <summary>Notes the lines of some bytes that speak of the client.</summary>
    public void Lines(string what, ReadOnlySpan<byte> bytes)
    {
        if (!Concerns(bytes))
            return;
        foreach (var range in bytes.Split((byte)'\n'))
        {
            if (Concerns(bytes[range]))
                Note($"{what}: {Bytes.Text(bytes[range])}");
        }
    }
}
