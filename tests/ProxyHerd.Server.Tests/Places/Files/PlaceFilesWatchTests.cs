using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ProxyHerd.Server.Places.Files;
using Xunit;

namespace ProxyHerd.Server.Tests.Places.Files;

public sealed class PlaceFilesWatchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLoggerProvider _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Watch_FileReplacedByRenaming_IsReadOnceItHasSettled()
    {
        var path = _folder.Write("a.geojson", GeoJsonFile.Of(("Old", 1)));
        var files = PlaceFiles.Load([path]);
        using var watch = Watch(files);

        File.Move(_folder.Write("new.geojson", GeoJsonFile.Of(("New one", 1))), path, overwrite: true);

        await LookAsync(watch);
        Assert.Equal(["Old"], PlaceFilesTests.NamesIn(files));
        await LookAsync(watch);
        Assert.Equal(["New one"], PlaceFilesTests.NamesIn(files));
        Assert.Contains(_log.Entries, entry => entry.Contains($"Information Read {path}: 1 places of 1 features", StringComparison.Ordinal));
    }

    /// <summary>Kubernetes has the file's folder be a link, and sets it to another folder.</summary>
    [Fact]
    public async Task Watch_LinkSetToAnotherFolder_IsSeen()
    {
        _folder.Write("1/a.geojson", GeoJsonFile.Of(("Old", 1)));
        _folder.Write("2/a.geojson", GeoJsonFile.Of(("New one", 1)));
        var link = _folder.PathOf("data");
        Directory.CreateSymbolicLink(link, _folder.PathOf("1"));
        File.CreateSymbolicLink(_folder.PathOf("a.geojson"), "data/a.geojson");
        var files = PlaceFiles.Load([_folder.PathOf("a.geojson")]);
        using var watch = Watch(files);

        Directory.CreateSymbolicLink(_folder.PathOf("next"), _folder.PathOf("2"));
        Directory.Delete(link);
        Directory.Move(_folder.PathOf("next"), link);

        await LookAsync(watch, 2);
        Assert.Equal(["New one"], PlaceFilesTests.NamesIn(files));
    }

    [Fact]
    public async Task Watch_BadFile_IsLoggedOnceAndTheOldPlacesStayUntilItIsGood()
    {
        var path = _folder.Write("a.geojson", GeoJsonFile.Of(("Old", 1)));
        var files = PlaceFiles.Load([path]);
        using var watch = Watch(files);

        File.WriteAllText(path, GeoJsonFile.Of(("New one", 1))[..^10]);
        await LookAsync(watch, 2);
        Assert.Equal(1, Refusals(path));
        await LookAsync(watch, 5);

        Assert.Equal(1, Refusals(path));
        Assert.Contains(_log.Entries, entry => entry.Contains("Error", StringComparison.Ordinal) && entry.Contains("cut short", StringComparison.Ordinal));
        Assert.Equal(["Old"], PlaceFilesTests.NamesIn(files));

        File.WriteAllText(path, GeoJsonFile.Of(("New one", 1)));
        await LookAsync(watch, 2);
        Assert.Equal(["New one"], PlaceFilesTests.NamesIn(files));
        Assert.Equal(1, Refusals(path));
    }

    /// <summary>Two looks must find it gone: who deletes it and writes it anew is not told.</summary>
    [Fact]
    public async Task Watch_FileGone_IsLoggedOnceAndItsPlacesStay()
    {
        var path = _folder.Write("a.geojson", GeoJsonFile.Of(("Old", 1)));
        var files = PlaceFiles.Load([path]);
        using var watch = Watch(files);
        await LookAsync(watch, 1);

        File.Delete(path);
        await LookAsync(watch, 2);
        Assert.Equal(1, Refusals(path));
        await LookAsync(watch, 3);

        Assert.Equal(1, Refusals(path));
        Assert.Contains(_log.Entries, entry => entry.EndsWith("it does not exist ", StringComparison.Ordinal));
        Assert.Equal(["Old"], PlaceFilesTests.NamesIn(files));

        _folder.Write("a.geojson", GeoJsonFile.Of(("Back again", 1)));
        await LookAsync(watch, 2);
        Assert.Equal(["Back again"], PlaceFilesTests.NamesIn(files));
    }

    /// <summary>Whatever stands in the file's place, the server goes on with the old places.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Watch_FileReplacedByAFolderOrAPipe_IsLoggedAndItsPlacesStay(bool isPipe)
    {
        var path = _folder.Write("a.geojson", GeoJsonFile.Of(("Old", 1)));
        var files = PlaceFiles.Load([path]);
        using var watch = Watch(files);
        File.Delete(path);
        using var held = isPipe ? GeoJsonFile.MakePipe(path) : null;
        if (!isPipe)
            Directory.CreateDirectory(path);

        await LookAsync(watch, 3);

        Assert.Equal(1, Refusals(path));
        Assert.Equal(["Old"], PlaceFilesTests.NamesIn(files));
    }

    /// <summary>Half of it is not read while its writer goes on.</summary>
    [Fact]
    public async Task Watch_FileThatIsBeingWritten_IsLeftAlone()
    {
        var path = _folder.Write("a.geojson", GeoJsonFile.Of(("Old", 1)));
        var files = PlaceFiles.Load([path]);
        using var watch = Watch(files);
        var text = GeoJsonFile.Of(("New one", 1));

        for (var length = 10; length < text.Length; length += 10)
        {
            File.WriteAllText(path, text[..length]);
            await LookAsync(watch, 1);
        }

        Assert.Equal(0, Refusals(path));
        Assert.Equal(["Old"], PlaceFilesTests.NamesIn(files));
        File.WriteAllText(path, text);
        await LookAsync(watch, 2);
        Assert.Equal(["New one"], PlaceFilesTests.NamesIn(files));
    }

    /// <summary>The servers of a process share the files; one watch is enough, and each server has one.</summary>
    [Fact]
    public async Task Start_SeveralOfAProcess_TheFirstLooksEachInterval()
    {
        var path = _folder.Write("a.geojson", GeoJsonFile.Of(("Old", 1)));
        var files = PlaceFiles.Load([path]);
        using var first = Watch(files);
        using var second = Watch(files);

        await first.StartAsync(CancellationToken.None);
        await Eventually.BeAsync("the first watch's words", () => _log.Entries.Any(entry => entry.Contains("are searched", StringComparison.Ordinal)));
        await second.StartAsync(CancellationToken.None);
        await Eventually.EndAsync("the second watch", second.ExecuteTask!);
        Assert.Single(_log.Entries, entry => entry.Contains("Information Read", StringComparison.Ordinal));

        File.WriteAllText(path, GeoJsonFile.Of(("New one", 1)));
        await Eventually.BeAsync("the new places", () =>
        {
            _time.Advance(PlaceFilesWatch.Interval);
            return PlaceFilesTests.NamesIn(files) is ["New one"];
        });

        await first.StopAsync(CancellationToken.None);
        Assert.True(first.ExecuteTask!.IsCompletedSuccessfully);
    }

    private PlaceFilesWatch Watch(PlaceFiles files) =>
        new(files, _time, LoggerFactory.Create(logging => logging.AddProvider(_log)).CreateLogger<PlaceFilesWatch>());

    private int Refusals(string path) => _log.Entries.Count(entry => entry.Contains($"{path} is not taken", StringComparison.Ordinal));

    private static async Task LookAsync(PlaceFilesWatch watch, int times = 1)
    {
        for (var i = 0; i < times; i++)
            await watch.LookAsync(CancellationToken.None);
    }
}
