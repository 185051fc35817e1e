using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ProxyHerd.Benchmarks.Load;

/// <summary>
/// Linux's epoll: one thread waits for many sockets and uses them itself. .NET's own asynchronous sockets hand every
/// completion from thread to thread, which on one core costs the generator more than the work.
/// </summary>
internal sealed partial class ReadinessQueue : IDisposable
{
    /// <summary>The socket can be read.</summary>
    public const int Readable = 0x1;

    /// <summary>The socket can be written.</summary>
    public const int Writable = 0x4;

    private const int Add = 1;
    private const int Modify = 3;
    private const int EventsMax = 256;

    /// <summary>An event is 32 bits of flags and 64 of the caller's; on x64 alone the two are packed.</summary>
    private static readonly int Words = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 3 : 4;

    private readonly int[] _events = new int[EventsMax * Words];
    private readonly SafeSocketHandle _queue;

    /// <summary>Makes an empty queue.</summary>
    public ReadinessQueue() => _queue = new SafeSocketHandle(Check(Create(0)), ownsHandle: true);

    /// <summary>Watches a socket for reading.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="tag">What <see cref="this[int]"/> tells it by.</param>
    public void Watch(Socket socket, int tag) => Control(socket, tag, Add, Readable);

    /// <summary>Watches a socket for reading, and for writing too or no longer.</summary>
    public void Watch(Socket socket, int tag, bool forWriting) => Control(socket, tag, Modify, Readable | (forWriting ? Writable : 0));

    /// <summary>Waits for any socket.</summary>
    /// <returns>How many are ready; 0 when the time is up.</returns>
    public int Wait(TimeSpan limit) => Check(Wait(Handle, ref _events[0], EventsMax, (int)limit.TotalMilliseconds));

    /// <summary>What is ready, by index.</summary>
    public (int Tag, int Flags) this[int index] => (_events[(index * Words) + Words - 2], _events[index * Words]);

    /// <inheritdoc/>
    public void Dispose() => _queue.Dispose();

    private int Handle => (int)_queue.DangerousGetHandle();

    private void Control(Socket socket, int tag, int operation, int flags)
    {
        Span<int> change = stackalloc int[Words];
        change.Clear();
        change[0] = flags;
        change[Words - 2] = tag;
        Check(Control(Handle, operation, (int)socket.SafeHandle.DangerousGetHandle(), ref change[0]));
    }

    private static int Check(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int queue, int operation, int socket, ref int change);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Wait(int queue, ref int events, int eventsMax, int milliseconds);
}
