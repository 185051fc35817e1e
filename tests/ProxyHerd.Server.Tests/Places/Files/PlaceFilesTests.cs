using System.Text;
using ProxyHerd.Herd.Places;
using ProxyHerd.Server.Places;
using ProxyHerd.Server.Places.Files;
using Xunit;

namespace ProxyHerd.Server.Tests.Places.Files;

public sealed class PlaceFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_NoFiles_SearchesTheLandmarksThatShip() => Assert.Same(Landmarks.Embedded, PlaceFiles.Load([]).Index);

    [Theory]
    [InlineData("a.geojson", false)]
    [InlineData("a.geojson.gz", true)]
    [InlineData("compressed.json", true)]
    [InlineData("plain.gz", false)]
    public void Load_File_PlainOrCompressed(string name, bool isCompressed)
    {
        var path = _folder.PathOf(name);
        var text = GeoJsonFile.Of(("Café", 1), ("B", 2));
        File.WriteAllBytes(path, isCompressed ? GeoJsonFile.Compress(text) : Encoding.UTF8.GetBytes(text));

        Assert.Equal(["Café", "B"], NamesIn(PlaceFiles.Load([path])));
    }

    [Fact]
    public void Load_SeveralFiles_SearchesAllAndFindsWhatIsInTwoOnce()
    {
        var north = _folder.Write("north.geojson", GeoJsonFile.Of(("A", 1), ("B", 2)));
        var south = _folder.Write("south.geojson", GeoJsonFile.Of(("A", 1), ("B", 2), ("C", 3)));

        var files = PlaceFiles.Load([north, south]);

        Assert.Equal(["A", "B", "C"], NamesIn(files));
        Assert.Equal([2, 3], files.Files.Select(file => file.Places.Count));
    }

    /// <summary>Every file is looked at, so that all mistakes are mended at once.</summary>
    [Fact]
    public void Load_FilesThatCannotBeUsed_NamesEachWithThePlace()
    {
        var good = _folder.Write("good.geojson", GeoJsonFile.Of(("A", 1)));
        var whole = GeoJsonFile.Of(("A", 1), ("B", 2));
        var missing = _folder.PathOf("missing.geojson");
        var text = _folder.Write("text.geojson", "id,name\n1,A\n");
        var cut = _folder.Write("cut.geojson", whole[..^20]);
        var projected = _folder.Write("projected.geojson", GeoJsonFile.Of(("A", 1), ("B", 5_400_000)));
        var damaged = _folder.PathOf("damaged.geojson.gz");
        File.WriteAllBytes(damaged, [0x1F, 0x8B, .. "no deflate at all"u8]);
        var cutCompressed = _folder.PathOf("cut.geojson.gz");
        File.WriteAllBytes(cutCompressed, GeoJsonFile.Compress(whole)[..60]);

        var exception = Assert.Throws<PlaceFilesException>(
            () => PlaceFiles.Load([good, missing, text, _folder.FullName, cut, projected, damaged, cutCompressed]));

        Assert.Collection(
            exception.Mistakes,
            mistake => Assert.Equal($"Places:Files: '{missing}' cannot be used: it does not exist", mistake),
            mistake => Assert.StartsWith($"Places:Files: '{text}' cannot be used: line 1, byte 1: not JSON: ", mistake, StringComparison.Ordinal),
            mistake => Assert.Equal($"Places:Files: '{_folder.FullName}' cannot be used: it may not be read, or is a folder", mistake),
            mistake => Assert.Equal($"Places:Files: '{cut}' cannot be used: it is cut short: it ends in line 3, behind 1 whole features", mistake),
            mistake => Assert.StartsWith($"Places:Files: '{projected}' cannot be used: line 3: feature 2: 7, 5400000 is no longitude", mistake, StringComparison.Ordinal),
            mistake => Assert.StartsWith($"Places:Files: '{damaged}' cannot be used: ", mistake, StringComparison.Ordinal),
            mistake => Assert.StartsWith($"Places:Files: '{cutCompressed}' cannot be used: ", mistake, StringComparison.Ordinal));
    }

    /// <summary>Compressed data say for each byte that is missing or wrong where they ended, and in words about this file.</summary>
    [Fact]
    public void Load_CompressedFileCutOrDamaged_SaysWhere()
    {
        var path = _folder.PathOf("a.geojson.gz");
        var whole = GeoJsonFile.Compress(GeoJsonFile.Of(("A", 1), ("B", 2)));

        // The last bytes are no data but a sum over them: without these all is there.
        for (var length = 2; length < whole.Length - 10; length++)
            Assert.Contains(": it is cut short: it ends ", MistakeIn(whole[..length]), StringComparison.Ordinal);
        whole[^6] ^= 1;
        Assert.EndsWith(": it is damaged: behind 0 whole features its gzip data have a mistake", MistakeIn(whole), StringComparison.Ordinal);

        string MistakeIn(byte[] bytes)
        {
            File.WriteAllBytes(path, bytes);
            return Assert.Single(Assert.Throws<PlaceFilesException>(() => PlaceFiles.Load([path])).Mistakes);
        }
    }

    [Fact]
    public void Load_CompressedInSeveralPieces_ReadsAll()
    {
        var path = _folder.PathOf("a.geojson.gz");
        var text = GeoJsonFile.Of(("A", 1), ("B", 2));
        File.WriteAllBytes(path, [.. GeoJsonFile.Compress(text[..30]), .. GeoJsonFile.Compress(text[30..])]);

        Assert.Equal(["A", "B"], NamesIn(PlaceFiles.Load([path])));
    }

    [Fact]
    public void Load_Pipe_SaysThatItIsNoFile()
    {
        var path = _folder.PathOf("pipe");
        using var held = GeoJsonFile.MakePipe(path);

        var mistake = Assert.Single(Assert.Throws<PlaceFilesException>(() => PlaceFiles.Load([path])).Mistakes);

        Assert.Equal($"Places:Files: '{path}' cannot be used: it is a pipe or a device, not a file", mistake);
    }

    [Fact]
    public void Load_RelativePath_StartsAtTheCurrentDirectory()
    {
        var exception = Assert.Throws<PlaceFilesException>(() => PlaceFiles.Load(["no/such.geojson"]));

        Assert.Contains($"'{Path.GetFullPath("no/such.geojson")}'", Assert.Single(exception.Mistakes), StringComparison.Ordinal);
    }

    /// <summary>A search that began before sees the places of before.</summary>
    [Fact]
    public void Reload_ChangedFile_SwapsTheWholeIndex()
    {
        var path = _folder.Write("a.geojson", GeoJsonFile.Of(("Old", 1)));
        var other = _folder.Write("b.geojson", GeoJsonFile.Of(("X", 1), ("Other", 2)));
        var files = PlaceFiles.Load([path, other]);
        var before = files.Index;
        File.WriteAllText(path, GeoJsonFile.Of(("New", 1)));

        Assert.Null(files.Reload(0, CancellationToken.None));

        Assert.Equal(["New", "Other"], NamesIn(files));
        Assert.Equal("Old", Encoding.UTF8.GetString(before[before.Search(Around).Found[0].Number].Name));
    }

    [Fact]
    public void Reload_BadFile_KeepsTheOldPlaces()
    {
        var path = _folder.Write("a.geojson", GeoJsonFile.Of(("Old", 1)));
        var files = PlaceFiles.Load([path]);
        var before = files.Index;
        File.WriteAllText(path, "{}");

        Assert.IsType<InvalidDataException>(files.Reload(0, CancellationToken.None));

        Assert.Same(before, files.Index);
    }

    internal static PlacesQuery Around => new(1, 7, 1e6, 20);

    internal static string[] NamesIn(PlaceFiles files)
    {
        var names = new List<string>();
        foreach (var (_, number) in files.Index.Search(Around).Found)
            names.Add(Encoding.UTF8.GetString(files.Index[number].Name));
        return [.. names];
    }
}
