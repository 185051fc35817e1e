using System.Runtime.InteropServices;

namespace ProxyHerd.Server.Journal;

/// <summary>
/// Has what folders list brought to the disk. A file that is synced is lost all the same in a power cut if the folder that names
/// it is not, and .NET syncs no folders.
/// </summary>
internal static partial class FolderSync
{
    private const string Library = "libc";

    /// <summary>EINTR: it is to be tried again.</summary>
    private const int Interrupted = 4;

    /// <summary>EIO and ENOSPC: what says that the disk did not take it. Others say that such a folder cannot be synced.</summary>
    private static readonly int[] DiskErrors = [5, 28];

    /// <summary>
    /// Syncs a folder and those above it, some of which may be new. One that this user may not read is older than the server, and
    /// some file systems sync none.
    /// </summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void SyncUpwards(string folder)
    {
        // Windows has no such call, and does it by itself.
        for (var next = OperatingSystem.IsWindows() ? null : folder; next is not null; next = Path.GetDirectoryName(next))
            Sync(next);
    }

    private static void Sync(string folder)
    {
        var descriptor = Open(folder, 0);
        if (descriptor < 0)
            return;
        int error;
        do
            error = Sync(descriptor) < 0 ? Marshal.GetLastPInvokeError() : 0;
        while (error == Interrupted);
        _ = Close(descriptor);
        if (DiskErrors.Contains(error))
            throw new IOException($"The folder '{folder}' cannot be synced: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    [LibraryImport(Library, EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport(Library, EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
