using System.Net;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Herd.Places;
using ProxyHerd.Herd.Topology;
using ProxyHerd.Simulation.Network;
using ProxyHerd.Simulation.Oracle;
using ProxyHerd.Simulation.Worlds;

namespace ProxyHerd.Simulation.Servers;

/// <summary>All machines of a world, and the herd that they make.</summary>
internal sealed class SimulatedHerd
{
    private static readonly string[] Names = ["Alford", "Bolden", "Hamilton", "Parker", "Powell"];

    private static readonly (int, int)[] Graph = [(0, 3), (0, 4), (1, 3), (1, 4), (2, 3)];

    public SimulatedHerd(World world, HerdSettings settings, NetworkSettings network, Ledger ledger)
    {
        World = world;
        Settings = settings;
        Ledger = ledger;
        Network = new SimulatedNetwork(world, network);
        var random = world.Random.Split();
        Places = new SimulatedPlaces(world, world.Random.Split());
        Machines = [.. Enumerable.Range(0, settings.Servers).Select(i => new Machine(this, i, NameOf(i), settings.DurabilityOf(i)))];
        foreach (var machine in Machines)
        {
            Options.Servers[machine.Name] = new ServerOptions { Host = $"10.0.0.{machine.Index + 1}", Port = 13_000, HttpPort = 14_000 };
            (machine.Sync.Min, machine.Sync.Max) = (settings.SyncMin, settings.SyncMax);
            machine.Clock.Set(ClockError(random), 1);
        }

        foreach (var (one, other) in settings.Servers == Names.Length ? [.. Graph] : RandomGraph(random))
        {
            Options.Servers[Machines[one].Name].Neighbours.Add(Machines[other].Name);
            Options.Servers[Machines[other].Name].Neighbours.Add(Machines[one].Name);
        }
    }

    public World World { get; }

    public HerdSettings Settings { get; }

    public Ledger Ledger { get; }

    public SimulatedNetwork Network { get; }

    public HerdOptions Options { get; } = new();

    public ReadOnlyMemory<byte> Secret { get; } = "a secret"u8.ToArray();

    public IPlacesProvider Places { get; }

    public IReadOnlyList<Machine> Machines { get; }

    public static int MachineOf(DnsEndPoint endpoint) => int.Parse(endpoint.Host.AsSpan(7), System.Globalization.CultureInfo.InvariantCulture) - 1;

    /// <summary>How far an ordinary clock is off: half of them not at all.</summary>
    public TimeSpan ClockError(SeededRandom random) =>
        random.Chance(0.5) ? TimeSpan.Zero : random.Between(-Settings.ClockErrorMax, Settings.ClockErrorMax);

    /// <summary>All committed lines of a server, by client.</summary>
    public static Dictionary<string, byte[]> LinesOf(LocationStore store)
    {
        var lines = new Dictionary<string, byte[]>();
        var buffer = new byte[1 << 16];
        for (var place = default(ScanPlace); !place.IsAtEnd;)
        {
            var length = store.Scan(ref place, new ScanFilter(AfterSequence: 0, SkippedOrigin: 0), buffer, out _);
            foreach (var range in buffer.AsSpan(0, length).Split((byte)'\n'))
            {
                var line = buffer.AsSpan(0, length)[range];
                if (!line.IsEmpty)
                    lines[Line.ClientOf(line)] = line.ToArray();
            }
        }

        return lines;
    }

    private static string NameOf(int index) => index < Names.Length ? Names[index] : $"Server{index}";

    /// <summary>A random tree, and half as many links again.</summary>
    private HashSet<(int One, int Other)> RandomGraph(SeededRandom random)
    {
        var links = new HashSet<(int One, int Other)>();
        for (var i = 1; i < Settings.Servers; i++)
            links.Add((random.Below(i), i));
        for (var i = 0; i < Settings.Servers / 2; i++)
        {
            var (one, other) = (random.Below(Settings.Servers), random.Below(Settings.Servers));
            if (one != other)
                links.Add((Math.Min(one, other), Math.Max(one, other)));
        }

        return links;
    }
}
