using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace ProxyHerd.Server.Transport;

/// <summary>Why a call failed, by Linux's numbers, which are alike on every architecture that .NET runs on.</summary>
internal static class SystemErrors
{
    /// <summary>A signal came first.</summary>
    public const int Interrupted = 4;

    /// <summary>It would have had to wait.</summary>
    public const int WouldBlock = 11;

    /// <summary>There is no memory for it.</summary>
    public const int OutOfMemory = 12;

    /// <summary>The machine has too many files open.</summary>
    public const int FileTableFull = 23;

    /// <summary>This process has too many files open.</summary>
    public const int TooManyFiles = 24;

    /// <summary>The peer takes nothing more.</summary>
    public const int BrokenPipe = 32;

    /// <summary>There is no memory for a socket's buffers.</summary>
    public const int NoBuffers = 105;

    /// <summary>It is closed.</summary>
    public const int BadDescriptor = 9;

    /// <summary>The user watches as many descriptors as are allowed.</summary>
    public const int NoSpace = 28;

    private const int Invalid = 22;
    private const int NotASocket = 88;

    /// <summary>Why the last call of this thread failed.</summary>
    public static int Last => Marshal.GetLastPInvokeError();

    /// <summary>The error in words.</summary>
    public static string TextOf(int error) => new Win32Exception(error).Message;

    /// <summary>What a connection that failed throws from then on.</summary>
    public static ConnectionResetException ToReset(int error) => new(TextOf(error), new Win32Exception(error));

    /// <summary>Whether it goes by when others close files or give memory back.</summary>
    public static bool IsShortage(int error) => error is TooManyFiles or FileTableFull or NoBuffers or OutOfMemory or NoSpace;

    /// <summary>Whether a listener that meets it can never accept again; else it was about one connection.</summary>
    public static bool IsOfListener(int error) => error is BadDescriptor or Invalid or NotASocket;
}
