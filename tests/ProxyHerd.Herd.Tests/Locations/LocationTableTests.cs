using CsCheck;
using ProxyHerd.Herd.Locations;

namespace ProxyHerd.Herd.Tests.Locations;

/// <summary>The table against a dictionary, with hashes that collide and stand at the table's end.</summary>
public sealed class LocationTableTests
{
    private enum Step
    {
        Add,
        Change,
        Remove,
    }

    // Few homes, some of them the last ones of any table size, so that probing runs around its end.
    private static Gen<uint> Hash => Gen.OneOf(
        Gen.UInt[0, 3], Gen.UInt[uint.MaxValue - 3, uint.MaxValue], Gen.UInt[250, 258], Gen.UInt);

    private static Gen<(Step Step, int Client, int Length)> Move => Gen.Select(
        Gen.Frequency((5, Gen.Const(Step.Add)), (2, Gen.Const(Step.Change)), (3, Gen.Const(Step.Remove))), Gen.Int[0, 599], Gen.Int[1, 250]);

    [Fact]
    public void Table_AnyAddsChangesAndRemovals_HoldsWhatADictionaryHolds() =>
        Gen.Select(Hash.Array[600], Move.Array[1, 1_500]).Sample(
            (hashes, moves) =>
            {
                var table = new LocationTable();
                var model = new Dictionary<int, (int Slot, string Line)>();
                foreach (var (step, client, length) in moves)
                    Take(table, model, hashes[client], step, client, length);
                for (var client = 0; client < hashes.Length; client++)
                {
                    var slot = table.Find(hashes[client], Bytes.Of($"{client}"));
                    Assert.Equal(model.TryGetValue(client, out var known) ? known.Slot : -1, slot);
                    if (slot >= 0)
                        Assert.Equal(known.Line, Bytes.Text(table.LineOf(in table[slot])));
                }

                Assert.Equal(model.Count, model.Values.Select(known => known.Slot).Distinct().Count());
            },
            iter: 300);

    [Fact]
    public void Remove_AsManyAsCome_TakesNoMoreSlots()
    {
        var table = new LocationTable();
        var model = new Dictionary<int, (int Slot, string Line)>();
        for (var client = 0; client < 20_000; client++)
        {
            Take(table, model, (uint)client * 2_654_435_761, Step.Add, client, 200);
            if (client >= 100)
                Take(table, model, (uint)(client - 100) * 2_654_435_761, Step.Remove, client - 100, 0);
        }

        Assert.Equal(101, table.Count);
    }

    private static void Take(
        LocationTable table, Dictionary<int, (int Slot, string Line)> model, uint hash, Step step, int client, int length)
    {
        var isKnown = model.TryGetValue(client, out var known);
        var line = $"{client}{new string((char)('a' + (length % 26)), length)}";
        if (step == Step.Add && !isKnown)
        {
            var slot = table.Add(hash);
            ref var record = ref table[slot];
            Assert.Equal((0L, 0, 0), (record.Sequence, record.LineLength, record.Open + record.Closed));
            record.Hash = hash;
            record.ClientIdLength = (byte)$"{client}".Length;
            table.SetLine(ref record, Bytes.Of(line), 0);
            model[client] = (slot, line);
        }
        else if (step == Step.Change && isKnown)
        {
            table.SetLine(ref table[known.Slot], Bytes.Of(line), 0);
            model[client] = (known.Slot, line);
        }
        else if (step == Step.Remove && isKnown)
        {
            table.Remove(known.Slot);
            model.Remove(client);
        }
    }
}
