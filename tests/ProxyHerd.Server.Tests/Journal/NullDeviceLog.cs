using System.Globalization;
using System.Runtime.InteropServices;
using Xunit;

namespace ProxyHerd.Server.Tests.Journal;

/// <summary>A log that takes every byte and fails at a sync.</summary>
internal static class NullDeviceLog
{
    /// <summary>Puts it in place of the log in use of a database that this process has open.</summary>
    /// <param name="folder">The database's.</param>
    public static void Put(string folder)
    {
        const int WriteOnly = 1;
        var log = Directory.GetFiles(folder, "*.log").Max(StringComparer.Ordinal)!;
        var inUse = Directory.GetFiles("/proc/self/fd").Single(file => new FileInfo(file).LinkTarget == log);
        var device = Open("/dev/null", WriteOnly);
        Assert.True(Duplicate(device, int.Parse(Path.GetFileName(inUse), CultureInfo.InvariantCulture)) >= 0);
        _ = Close(device);
    }

    [DllImport("libc", EntryPoint = "open")]
    private static extern int Open(string path, int flags);

    [DllImport("libc", EntryPoint = "dup2")]
    private static extern int Duplicate(int from, int to);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);
}
