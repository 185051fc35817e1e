using System.Runtime.InteropServices;

namespace ProxyHerd.Server.Transport;

/// <summary>The calls of Linux that .NET's sockets make no other way, or make more often than needed.</summary>
/// <remarks>Each returns -1 on failure, and the reason is then the last system error (<see cref="SystemErrors"/>).</remarks>
internal static unsafe partial class SystemCalls
{
    private const string Library = "libc";
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int NoSignal = 0x4000;
    private const int DontWait = 0x40;
    private const int Truncate = 0x20;
    private const int SocketLevel = 1;
    private const int Linger = 13;
    private const int WriteSide = 1;

    /// <summary>Pieces of one call: more than a flush has. What is left is sent by the next.</summary>
    private const int PiecesMax = 8;

    /// <summary>Makes an epoll instance.</summary>
    public static int CreateEpoll() => EpollCreate(CloseOnExec);

    /// <summary>Adds, changes or removes what an epoll instance watches.</summary>
    [LibraryImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int ControlEpoll(int epoll, int operation, int descriptor, byte* watch);

    /// <summary>Waits for events.</summary>
    [LibraryImport(Library, EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int WaitForEvents(int epoll, byte* events, int eventsMax, int milliseconds);

    /// <summary>Makes a descriptor by which one thread wakes another out of <see cref="WaitForEvents"/>.</summary>
    public static int CreateWaker() => EventDescriptor(0, CloseOnExec | NonBlocking);

    /// <summary>Makes the waker have an event. It counts them, so only after some 10^19 it would have none any more.</summary>
    public static void Wake(int waker)
    {
        var one = 1L;
        _ = Write(waker, &one, sizeof(long));
    }

    /// <summary>Accepts a connection, which then never blocks and is not handed on to child processes.</summary>
    public static int Accept(SafeHandle listener, byte* address, ref int addressBytes) =>
        Accept(listener, address, ref addressBytes, NonBlocking | CloseOnExec);

    /// <summary>The address that a socket is bound to.</summary>
    [LibraryImport(Library, EntryPoint = "getsockname", SetLastError = true)]
    public static partial int GetSocketName(int descriptor, byte* address, ref int addressBytes);

    /// <summary>Receives without waiting.</summary>
    public static int Receive(int descriptor, Span<byte> destination)
    {
        fixed (byte* start = destination)
            return (int)Receive(descriptor, start, destination.Length, DontWait);
    }

    /// <summary>Drops what has come.</summary>
    /// <returns>Bytes dropped; 0 at the end.</returns>
    public static int Drop(int descriptor, int bytesMax) => (int)Receive(descriptor, null, bytesMax, DontWait | Truncate);

    /// <summary>Sends the beginning of a queue without waiting.</summary>
    public static int Send(int descriptor, in BlockQueue source)
    {
        if (source.Pieces > 1)
        {
            var pieces = stackalloc MessagePiece[PiecesMax];
            return SendFrom(0, descriptor, source, pieces);
        }

        var only = source[0];
        fixed (byte* start = only)
            return (int)Send(descriptor, start, only.Length, DontWait | NoSignal);
    }

    /// <summary>Says that nothing more will be sent: a FIN behind what has been.</summary>
    public static int EndSending(int descriptor) => Shutdown(descriptor, WriteSide);

    /// <summary>Has a close drop what is unsent, and reset the connection.</summary>
    public static int ResetOnClose(int descriptor)
    {
        var onForNoTime = stackalloc int[] { 1, 0 };
        return SetOption(descriptor, SocketLevel, Linger, onForNoTime, 2 * sizeof(int));
    }

    /// <summary>Closes a descriptor. Its number may at once be another's.</summary>
    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    /// <summary>Every piece is held in its place by the frame that adds it, until all are sent.</summary>
    private static int SendFrom(int piece, int descriptor, in BlockQueue source, MessagePiece* pieces)
    {
        if (piece == Math.Min(source.Pieces, PiecesMax))
        {
            var message = new Message { Pieces = pieces, Count = piece };
            return (int)SendMessage(descriptor, &message, DontWait | NoSignal);
        }

        var bytes = source[piece];
        fixed (byte* start = bytes)
        {
            pieces[piece] = new MessagePiece { Start = start, Length = bytes.Length };
            return SendFrom(piece + 1, descriptor, source, pieces);
        }
    }

    [LibraryImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventDescriptor(uint count, int flags);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, void* source, nint length);

    [LibraryImport(Library, EntryPoint = "accept4", SetLastError = true)]
    private static partial int Accept(SafeHandle listener, byte* address, ref int addressBytes, int flags);

    [LibraryImport(Library, EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(int descriptor, byte* destination, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int descriptor, byte* source, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(int descriptor, Message* message, int flags);

    [LibraryImport(Library, EntryPoint = "shutdown", SetLastError = true)]
    private static partial int Shutdown(int descriptor, int side);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(int descriptor, int level, int option, void* value, int valueBytes);

    /// <summary>Linux's <c>iovec</c>.</summary>
    private struct MessagePiece
    {
        public byte* Start;
        public nint Length;
    }

    /// <summary>Linux's <c>msghdr</c>.</summary>
    private struct Message
    {
        public void* Name;
        public nint NameLength;
        public MessagePiece* Pieces;
        public nint Count;
        public void* Control;
        public nint ControlLength;
        public nint Flags;
    }
}
