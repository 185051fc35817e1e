using System.ComponentModel;
using System.Runtime.InteropServices;

namespace ProxyHerd.EndToEnd.Processes;

/// <summary>Which thread has the processor, where client, attacker and server share one machine that in truth are three.</summary>
internal static partial class Scheduling
{
    /// <summary>SCHED_FIFO, by its number on Linux.</summary>
    private const int First = 1;

    /// <summary>SCHED_IDLE.</summary>
    private const int Idle = 5;

    private const int CallingThread = 0;

    /// <summary>The calling thread runs at once when it wakes up, if this process may ask for that; root may.</summary>
    public static void TryGoFirst() => SetScheduler(CallingThread, First, 1);

    /// <summary>The calling thread is put off at once when any other wakes up. The nicest of the usual ones would keep its slice of 3 ms.</summary>
    public static void GiveWay()
    {
        if (SetScheduler(CallingThread, Idle, 0) != 0)
            throw new Win32Exception();
    }

    /// <param name="thread">Which.</param>
    /// <param name="policy">How.</param>
    /// <param name="priority">1 to 99 for those that go first, else 0.</param>
    /// <returns>0, or -1 if it is not allowed.</returns>
    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    private static partial int SetScheduler(int thread, int policy, in int priority);
}
