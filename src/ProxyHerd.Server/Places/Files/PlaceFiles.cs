using ProxyHerd.Server.Places.Search;

namespace ProxyHerd.Server.Places.Files;

/// <summary>
/// The files of <c>Places:Files</c> and the index of their places; without files, that of the landmarks that ship. Shared
/// by all servers of the process.
/// </summary>
internal sealed class PlaceFiles
{
    private readonly PlaceFile[] _files;
    private volatile PlaceIndex? _index;
    private int _isWatched;

    private PlaceFiles(PlaceFile[] files)
    {
        _files = files;
        _index = files.Length == 0 ? null : IndexOf(files);
    }

    /// <summary>What to search; another one once a file has changed.</summary>
    public PlaceIndex Index => _index ?? Landmarks.Embedded;

    /// <summary>The files, each as it was read last.</summary>
    public IReadOnlyList<PlaceFile> Files => _files;

    /// <summary>Reads files.</summary>
    /// <param name="paths">Relative ones start at the current directory.</param>
    /// <exception cref="PlaceFilesException">Some cannot be used.</exception>
    public static PlaceFiles Load(IReadOnlyList<string> paths)
    {
        var files = new List<PlaceFile>();
        var mistakes = new List<string>();
        foreach (var path in paths.Select(Path.GetFullPath))
        {
            if (TryRead(path, CancellationToken.None, out var file, out var exception))
                files.Add(file!);
            else
                mistakes.Add($"Places:Files: '{path}' cannot be used: {ReasonOf(exception!)}");
        }
        return mistakes.Count == 0 ? new PlaceFiles([.. files]) : throw new PlaceFilesException(mistakes);
    }

    /// <summary>Reads a file again and has its places found instead of those that it had. The others stay.</summary>
    /// <param name="number">Which of <see cref="Files"/>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Null, or why all is as it was.</returns>
    public Exception? Reload(int number, CancellationToken cancellationToken)
    {
        if (!TryRead(_files[number].Path, cancellationToken, out var file, out var exception))
            return exception;
        _files[number] = file!;
        _index = IndexOf(_files);
        return null;
    }

    /// <summary>One of the servers that share the files watches them.</summary>
    /// <returns>Whether that is who asks: the first one.</returns>
    public bool TryBeginWatch() => Interlocked.Exchange(ref _isWatched, 1) == 0;

    /// <summary>Why a file cannot be used, in words for its owner.</summary>
    public static string ReasonOf(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "it does not exist",
        UnauthorizedAccessException => "it may not be read, or is a folder",
        NotSupportedException => "it is a pipe or a device, not a file",
        _ => exception.Message.TrimEnd('.'),
    };

    private static bool TryRead(string path, CancellationToken cancellationToken, out PlaceFile? file, out Exception? failure)
    {
        (file, failure) = (null, null);
        try
        {
            file = PlaceFile.Read(path, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException)
        {
            failure = exception;
            return false;
        }
    }

    private static PlaceIndex IndexOf(IEnumerable<PlaceFile> files) => new([.. files.Select(file => file.Places)]);
}
