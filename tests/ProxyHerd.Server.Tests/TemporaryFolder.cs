namespace ProxyHerd.Server.Tests;

/// <summary>A folder of one test's own, gone after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("proxyherd-test-");

    /// <summary>Its full path.</summary>
    public string FullName => _folder.FullName;

    /// <summary>The full path of something in it.</summary>
    public string PathOf(params string[] names) => Path.Combine([FullName, .. names]);

    /// <summary>Writes a file, and returns its full path.</summary>
    public string Write(string name, string text)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>What the files whose names match hold, one after another.</summary>
    public string ReadAll(string folder, string pattern)
    {
        var path = PathOf(folder);
        if (!Directory.Exists(path))
            return "";
        return string.Concat(Directory.EnumerateFiles(path, pattern).Order(StringComparer.Ordinal).Select(Read));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Reads a file that its writer may still hold open.</summary>
    private static string Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }
}
