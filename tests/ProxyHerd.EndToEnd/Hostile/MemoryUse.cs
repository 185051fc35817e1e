using System.Globalization;
using System.Text.RegularExpressions;

namespace ProxyHerd.EndToEnd.Hostile;

/// <summary>A process's resident memory, as the system counts it.</summary>
internal sealed partial class MemoryUse(int process)
{
    /// <summary>Bytes now.</summary>
    public long Bytes => Read(Now());

    /// <summary>The most bytes so far.</summary>
    public long BytesAtMost => Read(AtMost());

    private long Read(Regex line)
    {
        var status = File.ReadAllText($"/proc/{process}/status");
        return long.Parse(line.Match(status).Groups[1].ValueSpan, CultureInfo.InvariantCulture) << 10;
    }

    [GeneratedRegex(@"^VmRSS:\s+(\d+) kB", RegexOptions.Multiline)]
    private static partial Regex Now();

    [GeneratedRegex(@"^VmHWM:\s+(\d+) kB", RegexOptions.Multiline)]
    private static partial Regex AtMost();
}
