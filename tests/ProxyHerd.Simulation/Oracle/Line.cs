using ProxyHerd.Herd.Locations;
using ProxyHerd.Protocol;

namespace ProxyHerd.Simulation.Oracle;

/// <summary>AT lines as the oracle compares them.</summary>
internal static class Line
{
    public static string ClientOf(ReadOnlySpan<byte> line) => AtLine.TryParse(line, out var at)
        ? Bytes.Text(at.ClientId)
        : throw new InvalidOperationException($"A store holds what is no AT line: {Bytes.Text(line)}");

    public static long TimeOf(ReadOnlySpan<byte> line) => AtLine.TryParse(line, out var at)
        ? at.TimeNanoseconds
        : throw new InvalidOperationException($"A store holds what is no AT line: {Bytes.Text(line)}");

    /// <summary>Whether one line is newer than another of its client, by the total order.</summary>
    public static bool IsNewer(ReadOnlySpan<byte> line, ReadOnlySpan<byte> other) =>
        AtLine.TryParse(line, out var one) && AtLine.TryParse(other, out var two)
            && UpdateOrder.IsNewer(one.TimeNanoseconds, one.SkewNanoseconds, line, two.TimeNanoseconds, two.SkewNanoseconds, other);
}
