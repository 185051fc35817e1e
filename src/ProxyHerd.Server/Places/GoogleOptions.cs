namespace ProxyHerd.Server.Places;

/// <summary>Section <c>Places:Google</c>: the account with Google, of which one of the two values is set.</summary>
internal sealed class GoogleOptions
{
    /// <summary>The API key itself.</summary>
    public string? Key { get; set; }

    /// <summary>A file that holds the API key and nothing else, as container secrets do. White space around it is dropped.</summary>
    public string? KeyFile { get; set; }

    /// <summary>The key, from wherever it is.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="InvalidDataException">There is no key.</exception>
    public string ReadKey()
    {
        var key = (string.IsNullOrEmpty(KeyFile) ? Key : File.ReadAllText(KeyFile))?.Trim();
        return string.IsNullOrEmpty(key) ? throw new InvalidDataException("there is no key in it") : key;
    }
}
