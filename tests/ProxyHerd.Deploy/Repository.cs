namespace ProxyHerd.Deploy;

/// <summary>The files that people are given.</summary>
internal static class Repository
{
    /// <summary>Its root.</summary>
    public static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ProxyHerd.sln")))
            folder = folder.Parent ?? throw new CheckFailedException("ProxyHerd.sln is in no folder above this program");
        return folder.FullName;
    }
}
