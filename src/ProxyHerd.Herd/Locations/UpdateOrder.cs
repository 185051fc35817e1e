using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Locations;

/// <summary>
/// The total order of one client's updates: larger time; then smaller skew; then smaller server name; then smaller
/// position bytes; then smaller AT line bytes. All equal is the same update. Servers that saw the same updates in any
/// order so hold the same bytes.
/// </summary>
public static class UpdateOrder
{
    /// <summary>Whether an update replaces another of the same client.</summary>
    /// <param name="time">The update's time, in nanoseconds since 1970.</param>
    /// <param name="skew">The update's skew, in nanoseconds.</param>
    /// <param name="line">The update's AT line, with single spaces.</param>
    /// <param name="otherTime">The other's time.</param>
    /// <param name="otherSkew">The other's skew.</param>
    /// <param name="otherLine">The other's AT line, with single spaces.</param>
    public static bool IsNewer(
        long time, long skew, ReadOnlySpan<byte> line, long otherTime, long otherSkew, ReadOnlySpan<byte> otherLine)
    {
        if (time != otherTime)
            return time > otherTime;
        return skew != otherSkew ? skew < otherSkew : IsSmaller(line, otherLine);
    }

    private static bool IsSmaller(ReadOnlySpan<byte> line, ReadOnlySpan<byte> otherLine)
    {
        // Only a tie of time and skew comes here, so the lines are parsed again rather than their fields kept.
        if (!AtLine.TryParse(line, out var at) || !AtLine.TryParse(otherLine, out var other))
            throw new ArgumentException("An update's line is an AT line.", nameof(line));
        var difference = at.Server.SequenceCompareTo(other.Server);
        if (difference == 0)
            difference = at.Position.SequenceCompareTo(other.Position);
        if (difference == 0)
            difference = line.SequenceCompareTo(otherLine);
        return difference < 0;
    }
}
