using System.IO.Hashing;
using System.Text;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Locations;

namespace ProxyHerd.Server.Tests.Journal;

/// <summary>Makes commits without a store.</summary>
internal static class TestCommit
{
    /// <summary>A commit of lines, each an AT line, and of removals, each such a line with a minus before it.</summary>
    public static CommitBatch Of(long firstSequence, params string[] lines) => Of(firstSequence, [.. lines.Select(Bytes)], []);

    /// <summary>A commit of lines and positions.</summary>
    public static CommitBatch Of(long firstSequence, IReadOnlyList<byte[]> lines, IEnumerable<NeighbourPosition> positions)
    {
        var updates = new UpdateBatch();
        foreach (var line in lines)
            Add(updates, line);
        var batch = new CommitBatch();
        batch.Begin(firstSequence);
        batch.Add(0, updates);
        batch.SwapPositions([.. positions]);
        return batch;
    }

    /// <summary>An AT line of a client.</summary>
    public static string Line(string client, int time) => $"AT Alford +0.5 {client} +34.068930-118.445127 {time}";

    /// <summary>The bytes of a text whose letters are bytes.</summary>
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>The text whose letters are these bytes.</summary>
    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>The client of such a line.</summary>
    public static string ClientOf(string line)
    {
        var bytes = Bytes(line).AsSpan(ClientIdOffsetOf(Bytes(line)));
        return Text(bytes[..bytes.IndexOf((byte)' ')]);
    }

    /// <summary>Where the client ID begins in such a line.</summary>
    public static int ClientIdOffsetOf(ReadOnlySpan<byte> line) => line.IndexOf(" +0.5 "u8) + 6;

    private static void Add(UpdateBatch updates, byte[] line)
    {
        var isRemoval = line[0] == '-';
        var at = isRemoval ? line.AsSpan(1) : line;
        ref var update = ref updates[updates.Add(updates.Count)];
        updates.SetLine(ref update, at);
        update.ClientIdOffset = (ushort)ClientIdOffsetOf(at);
        update.LineHash = XxHash3.HashToUInt64(at);
        update.IsRemoval = isRemoval;
    }
}
