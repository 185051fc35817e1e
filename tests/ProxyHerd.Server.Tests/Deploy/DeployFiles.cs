using ProxyHerd.Server.Hosting;

namespace ProxyHerd.Server.Tests.Deploy;

/// <summary>The repository's own files, where a test looks at what people are given.</summary>
internal static class DeployFiles
{
    private static readonly string Root = FindRoot();

    /// <summary>The full path of a file.</summary>
    public static string PathOf(string file) => Path.Combine(Root, file);

    /// <summary>Its text.</summary>
    public static string Read(string file) => File.ReadAllText(PathOf(file));

    /// <summary>A configuration that must have no mistake.</summary>
    public static ServerConfiguration Load(string file)
    {
        using var errors = new StringWriter();
        var command = new CommandLine(null, PathOf(file), []);
        return ServerConfiguration.TryLoad(command, errors, out var configuration) ? configuration : throw new InvalidDataException(errors.ToString());
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ProxyHerd.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("ProxyHerd.sln is in none of the folders above the tests");
        return folder.FullName;
    }
}
