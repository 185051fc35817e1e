using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ProxyHerd.Server.Transport;

/// <summary>
/// An array of <c>struct epoll_event { uint32_t events; uint64_t data; }</c> outside the heap. It is packed on x86 alone;
/// elsewhere the data is aligned.
/// </summary>
internal sealed unsafe class EventBuffer
{
    /// <summary>An event has no more on any architecture.</summary>
    public const int EventBytesMax = 16;

    private static readonly int EventBytes = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 12 : 16;

    private readonly byte* _events;

    /// <param name="length">Events that it holds. It is never freed: its thread lives as long as the process.</param>
    public EventBuffer(int length)
    {
        Length = length;
        _events = (byte*)NativeMemory.AllocZeroed((nuint)length, (nuint)EventBytes);
    }

    /// <summary>Events that it holds.</summary>
    public int Length { get; }

    /// <summary>For the calls.</summary>
    public byte* Start => _events;

    /// <summary>One of the events, and whose it is.</summary>
    public (PollEvents Events, int Place) this[int index]
    {
        get
        {
            var at = _events + (index * EventBytes);
            return (Unsafe.ReadUnaligned<PollEvents>(at), (int)Unsafe.ReadUnaligned<ulong>(at + EventBytes - sizeof(ulong)));
        }
    }

    /// <summary>Writes one event.</summary>
    /// <param name="at">Room for <see cref="EventBytesMax"/> bytes.</param>
    /// <param name="events">What to tell.</param>
    /// <param name="place">Whose it is.</param>
    public static void Write(byte* at, PollEvents events, int place)
    {
        Unsafe.WriteUnaligned(at, events);
        Unsafe.WriteUnaligned(at + EventBytes - sizeof(ulong), (ulong)place);
    }
}
