namespace ProxyHerd.Server.Journal;

/// <summary>Whose journal it is, and where.</summary>
/// <param name="Server">The server's name.</param>
/// <param name="Folder">The folder's full path.</param>
internal sealed record JournalPlace(string Server, string Folder)
{
    /// <summary>
    /// A server's folder below <c>Journal:Path</c>, which starts at the current directory. What a name may hold and a folder's
    /// may not, a slash for example, is written as in a URL.
    /// </summary>
    public static JournalPlace Below(string path, string server)
    {
        var name = Uri.EscapeDataString(server);
        if (name.All(letter => letter == '.'))
            name = name.Replace(".", "%2E", StringComparison.Ordinal);
        return new(server, Path.GetFullPath(Path.Combine(path, name)));
    }
}
