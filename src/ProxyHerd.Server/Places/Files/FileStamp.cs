using Microsoft.Win32.SafeHandles;

namespace ProxyHerd.Server.Places.Files;

/// <summary>What tells one version of a file from another.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Modified">When it was last written.</param>
internal readonly record struct FileStamp(long Length, DateTime Modified)
{
    /// <summary>
    /// Of an open file: opening follows whatever links lead there, so that a link that was set to another file, as
    /// Kubernetes does with a folder of a ConfigMap, is seen too.
    /// </summary>
    public static FileStamp Of(SafeFileHandle file) => new(RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));
}
