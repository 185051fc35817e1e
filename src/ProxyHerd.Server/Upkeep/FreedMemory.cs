using System.Runtime.InteropServices;

namespace ProxyHerd.Server.Upkeep;

/// <summary>
/// Gives back to the operating system what native code has freed and the C library keeps: some 2 MB after a start, which the
/// just-in-time compiler needed, and as much as 6 MB later.
/// </summary>
internal sealed unsafe class FreedMemory : IDisposable
{
    /// <summary>The code of a start, of links and of health checks is compiled within the first one, that of /metrics soon after.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Processor time in a period: an idle server uses a tenth of it. One that uses more will want again what it has freed, and
    /// nothing is to wait for the C library meanwhile, which takes 1 ms for a few MB.
    /// </summary>
    private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(1);

    private readonly delegate* unmanaged<nuint, int> _trim;
    private readonly ITimer? _timer;
    private TimeSpan _used;

    /// <summary>Begins to look each period; it does nothing where the C library is not glibc.</summary>
    public FreedMemory(TimeProvider time)
    {
        if (!NativeLibrary.TryLoad("libc.so.6", out var library) || !NativeLibrary.TryGetExport(library, "malloc_trim", out var trim))
            return;
        _trim = (delegate* unmanaged<nuint, int>)trim;
        _timer = time.CreateTimer(static self => ((FreedMemory)self!).GiveBackIfIdle(), this, Period, Period);
    }

    /// <summary>Whether there is anything that it could ask to do so.</summary>
    public bool IsSupported => _trim is not null;

    /// <summary>Gives back all whole pages that are free.</summary>
    public void GiveBack() => _trim(0);

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private void GiveBackIfIdle()
    {
        var used = Environment.CpuUsage.TotalTime;
        if (used - _used < IdleMax)
            GiveBack();
        _used = used;
    }
}
