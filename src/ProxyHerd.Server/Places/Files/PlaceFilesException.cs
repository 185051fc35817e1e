namespace ProxyHerd.Server.Places.Files;

/// <summary>Files of <c>Places:Files</c> cannot be used.</summary>
/// <param name="mistakes">For each a line with its path, the place in it and the reason.</param>
internal sealed class PlaceFilesException(IReadOnlyList<string> mistakes) : Exception(string.Join('\n', mistakes))
{
    /// <summary>A line a file.</summary>
    public IReadOnlyList<string> Mistakes { get; } = mistakes;
}
