using System.ComponentModel;
using System.Runtime.InteropServices;

namespace ProxyHerd.EndToEnd.Processes;

/// <summary>The system's signals, by their numbers on Linux.</summary>
internal static partial class Signals
{
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Pause = 19;

    public static void Send(int process, int signal)
    {
        if (Kill(process, signal) != 0)
            throw new Win32Exception();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
