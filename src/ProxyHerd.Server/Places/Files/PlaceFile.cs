using System.IO.Compression;
using Microsoft.Win32.SafeHandles;
using ProxyHerd.Server.Places.GeoJson;
using ProxyHerd.Server.Places.Search;

namespace ProxyHerd.Server.Places.Files;

/// <summary>A GeoJSON file as it was read once.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Stamp">Which version of it was read.</param>
/// <param name="Features">How many features it had.</param>
/// <param name="Places">The places of those that have a name.</param>
internal sealed record PlaceFile(string Path, FileStamp Stamp, long Features, PlaceStore Places)
{
    /// <summary>Of a file: some 4 GB. A hundred such files are as many as the index can number.</summary>
    private const int PlacesMax = 20_000_000;

    /// <summary>Head and end (RFC 1952). .NET takes less for an empty text.</summary>
    private const int GzipBytesMin = 18;

    /// <summary>Often enough that a stop does not wait, seldom enough that it costs nothing.</summary>
    private const int FeaturesPerLook = 4096;

    /// <summary>Reads a file, plain or compressed by gzip; its first two bytes tell, not its name.</summary>
    /// <exception cref="InvalidDataException">It is not GeoJSON, or cut short; the message says where and why.</exception>
    /// <exception cref="FileChangedException">It was written to meanwhile.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
    /// <exception cref="NotSupportedException">It is a pipe, which has neither length nor time.</exception>
    public static PlaceFile Read(string path, CancellationToken cancellationToken)
    {
        using var file = Open(path);
        var stamp = FileStamp.Of(file);
        using var stream = new FileStream(file, FileAccess.Read, bufferSize: 0);
        var isCompressed = IsCompressed(file);
        if (isCompressed && stamp.Length < GzipBytesMin)
            throw new InvalidDataException("it is cut short: it ends within the head of its gzip data");
        using var text = isCompressed ? new GZipStream(stream, CompressionMode.Decompress) : (Stream)stream;

        var features = new FeatureStream(text);
        var places = new PlaceStore.Builder();
        ReadFeatures(features, places, cancellationToken);
        if (FileStamp.Of(file) != stamp)
            throw new FileChangedException("it was written to while it was read");
        return new PlaceFile(path, stamp, features.Count, places.Build());
    }

    /// <summary>Opens a file without keeping others from writing, renaming or deleting it.</summary>
    public static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);

    private static void ReadFeatures(FeatureStream features, PlaceStore.Builder places, CancellationToken cancellationToken)
    {
        var reader = new FeatureReader();
        while (features.TryRead(out var feature))
        {
            try
            {
                reader.TryAdd(feature, places);
            }
            catch (InvalidDataException exception)
            {
                throw new InvalidDataException($"line {features.Line}: feature {features.Count}: {exception.Message}", exception);
            }
            if (places.Count > PlacesMax)
                throw new InvalidDataException($"line {features.Line}: more than {PlacesMax} places; take a smaller region");
            if (features.Count % FeaturesPerLook == 0)
                cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static bool IsCompressed(SafeFileHandle file)
    {
        Span<byte> magic = stackalloc byte[2];
        return RandomAccess.Read(file, magic, fileOffset: 0) == 2 && magic is [0x1F, 0x8B];
    }
}
