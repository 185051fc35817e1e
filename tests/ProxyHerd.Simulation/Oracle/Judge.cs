using System.IO.Hashing;
using ProxyHerd.Simulation.Servers;

namespace ProxyHerd.Simulation.Oracle;

/// <summary>Compares what servers hold, once all is healed, with each other and with what was promised.</summary>
internal static class Judge
{
    /// <summary>Whether all servers run and say that they hold the same.</summary>
    public static bool AreEqual(IReadOnlyList<Machine> machines)
    {
        var first = machines[0].Process?.Server;
        if (first is null)
            return false;
        var (digest, count) = (first.Store.Digest, first.Store.Count);
        foreach (var machine in machines)
        {
            if (machine.Process?.Server is not { } server || server.Store.Digest != digest || server.Store.Count != count)
                return false;
        }

        return true;
    }

    /// <summary>Whether all servers run and keep some promises.</summary>
    public static bool Hold(IReadOnlyList<Machine> machines, IReadOnlyList<Promise> promises) => machines.All(machine =>
    {
        if (machine.Process?.Server is null)
            return false;
        var lines = LinesOf(machine);
        return promises.All(promise => promise.IsKeptBy(lines.GetValueOrDefault(promise.Client)));
    });

    /// <summary>Notes everything that is wrong.</summary>
    /// <param name="machines">All of them, each with a server that runs.</param>
    /// <param name="ledger">What was promised, and where to note.</param>
    /// <param name="expiredBefore">Locations of an earlier time may have been forgotten, in nanoseconds since 1970.</param>
    public static void Check(IReadOnlyList<Machine> machines, Ledger ledger, long expiredBefore)
    {
        var all = machines.Select(LinesOf).ToList();
        var promises = ledger.Promises().Where(promise => promise.Time >= expiredBefore).ToList();
        for (var i = 0; i < all.Count; i++)
        {
            Compare(machines[i], all[i], machines[0], all[0], ledger);
            Recount(machines[i], all[i], ledger);
            foreach (var promise in promises)
                Keep(machines[i], all[i], promise, ledger);
        }
    }

    private static void Compare(
        Machine machine, Dictionary<string, byte[]> lines, Machine first, Dictionary<string, byte[]> firstLines, Ledger ledger)
    {
        foreach (var (client, line) in lines)
        {
            if (!firstLines.TryGetValue(client, out var other) || !line.AsSpan().SequenceEqual(other))
                ledger.Violate(ViolationKind.Diverged, client, $"{machine.Name} holds {Bytes.Text(line)}, {first.Name} {Text(other)}");
        }

        foreach (var (client, line) in firstLines)
        {
            if (!lines.ContainsKey(client))
                ledger.Violate(ViolationKind.Diverged, client, $"{first.Name} holds {Bytes.Text(line)}, {machine.Name} nothing");
        }
    }

    private static void Recount(Machine machine, Dictionary<string, byte[]> lines, Ledger ledger)
    {
        ulong digest = 0;
        foreach (var line in lines.Values)
            digest ^= XxHash3.HashToUInt64(line);
        var store = machine.Process!.Server!.Store;
        if (digest != store.Digest || lines.Count != store.Count)
            ledger.Violate(ViolationKind.Diverged, null, $"{machine.Name} says {store.Count} {store.Digest:x16} and holds {lines.Count} {digest:x16}");
    }

    private static void Keep(Machine machine, Dictionary<string, byte[]> lines, Promise promise, Ledger ledger)
    {
        var held = lines.GetValueOrDefault(promise.Client);
        if (!promise.IsKeptBy(held))
        {
            ledger.Violate(
                ViolationKind.Lost,
                promise.Client,
                $"{machine.Name} holds {Text(held)}; acknowledged was {Text(promise.Line)} and time {promise.Time}");
        }
    }

    private static Dictionary<string, byte[]> LinesOf(Machine machine) => SimulatedHerd.LinesOf(machine.Process!.Server!.Store);

    private static string Text(byte[]? line) => line is null ? "nothing" : Bytes.Text(line);
}
