using System.Diagnostics;
using System.Globalization;
using System.Text;
using ProxyHerd.Herd.Places;
using ProxyHerd.Server.Places;
using ProxyHerd.Server.Places.Files;
using ProxyHerd.Server.Places.Search;

namespace ProxyHerd.Benchmarks.Places;

/// <summary>Reads a file of places, times searches of it, and compares a thousand of them with a look at every place.</summary>
internal static class RegionRun
{
    private const int Searches = 20_000;
    private const int Times = 5;
    private const int Compared = 1000;

    /// <summary>
    /// <c>[--features N] [--overture]</c> makes a region up; <c>--file PATH</c> takes one that is there. Prints what it measures.
    /// </summary>
    /// <returns>An exit code: 1 if an answer is wrong.</returns>
    public static async Task<int> RunAsync(string[] options, TextWriter output)
    {
        var given = Array.IndexOf(options, "--file") is var at and >= 0 ? options[at + 1] : null;
        var features = Array.IndexOf(options, "--features") is var count and >= 0 ? int.Parse(options[count + 1], CultureInfo.InvariantCulture) : 1_000_000;
        var path = given ?? Path.Combine(Path.GetTempPath(), $"proxyherd-region-{Environment.ProcessId}.geojson");
        try
        {
            if (given is null)
                RegionFile.Write(path, features, options.Contains("--overture"));
            return await MeasureAsync(path, isMadeUp: given is null, output);
        }
        finally
        {
            if (given is null)
                File.Delete(path);
        }
    }

    private static async Task<int> MeasureAsync(string path, bool isMadeUp, TextWriter output)
    {
        GC.Collect();
        var before = ResetPeak();
        var began = Stopwatch.GetTimestamp();
        var files = PlaceFiles.Load([path]);
        var took = Stopwatch.GetElapsedTime(began);
        var file = files.Files[0];
        Print("read", $"{new FileInfo(path).Length >> 20} MB, {file.Features} features, {files.Index.Count} different places in {took.TotalSeconds:f2} s");
        Print("memory", $"resident {before >> 20} MB before, at most {Peak() - before >> 20} MB more while it was read, {Kept() - before >> 20} MB more afterwards");

        var first = file.Places[0];
        (string What, double Latitude, double Longitude)[] regions = isMadeUp
            ? [("dense", RegionFile.CentreLatitude, RegionFile.CentreLongitude),
                ("outskirts", RegionFile.OutskirtsLatitude, RegionFile.CentreLongitude),
                ("ocean", RegionFile.OceanLatitude, -123.4),]
            : [("around", first.Latitude, first.Longitude)];
        var provider = new EmbeddedProvider(() => files.Index);
        foreach (var (what, latitude, longitude) in regions)
            Print(what, await TimeAsync(provider, latitude, longitude));

        began = Stopwatch.GetTimestamp();
        var failure = files.Reload(0, CancellationToken.None);
        Print("again", $"read once more in {Stopwatch.GetElapsedTime(began).TotalSeconds:f2} s beside the old places: at most {Peak() - before >> 20} MB more than before the first");
        if (failure is not null)
            throw failure;

        var wrong = regions.Sum(region => Compare(files, region.Latitude, region.Longitude));
        Print("checked", $"{Compared * regions.Length} answers beside a look at every place: {wrong} differ");
        return wrong == 0 ? 0 : 1;

        void Print(string what, FormattableString value) => output.WriteLine($"{what,-10} {value.ToString(CultureInfo.InvariantCulture)}");
    }

    /// <summary>
    /// Answers of 20 within 10 km, each timed by itself, JSON included, and each place asked about several times: the median of its
    /// times is what that place costs, while one of them may be the collector's, or of another process on this machine.
    /// </summary>
    private static async Task<FormattableString> TimeAsync(EmbeddedProvider provider, double latitude, double longitude)
    {
        var random = new Random(1);
        var queries = Enumerable.Range(0, Searches)
            .Select(_ => new PlacesQuery(latitude + (0.1 * (random.NextDouble() - 0.5)), longitude + (0.1 * (random.NextDouble() - 0.5)), 10_000, 20))
            .ToArray();
        var times = new double[Times][];
        var bytes = 0;
        for (var round = -1; round < Times; round++) // Once more, for the compiler.
        {
            var taken = times[Math.Max(0, round)] = new double[Searches];
            for (var i = 0; i < Searches; i++)
            {
                var began = Stopwatch.GetTimestamp();
                var answer = await provider.SearchAsync(queries[i], CancellationToken.None);
                taken[i] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
                bytes = answer.Length;
            }
        }

        var places = Enumerable.Range(0, Searches).Select(i => times.Select(taken => taken[i]).Order().ElementAt(Times / 2)).Order().ToArray();
        var single = times.SelectMany(taken => taken).Order().ToArray();
        return $"the slowest of {Searches} places {places[^1]:f0} us; single answers: median {single[single.Length / 2]:f1} us, p99 {single[single.Length * 99 / 100]:f1} us, at most {single[^1]:f0} us; the last has {bytes} bytes";
    }

    private static int Compare(PlaceFiles files, double latitude, double longitude)
    {
        var random = new Random(2);
        var places = Places(files);
        var wrong = 0;
        for (var i = 0; i < Compared; i++)
        {
            var query = new PlacesQuery(
                latitude + (0.02 * (random.NextDouble() - 0.5)), longitude + (0.02 * (random.NextDouble() - 0.5)), 1 + (2000 * random.NextDouble()), random.Next(1, 21));
            var expected = places
                .Select(place => (place.Id, Meters: MetersBetween(query, place.Latitude, place.Longitude)))
                .Where(place => place.Meters <= query.RadiusMeters)
                .OrderBy(place => place.Meters)
                .Take(query.Bound)
                .Select(place => place.Id);
            if (!expected.SequenceEqual(IdsOf(files.Index, files.Index.Search(query))))
                wrong++;
        }
        return wrong;
    }

    private static List<string> IdsOf(PlaceIndex index, NearestPlaces nearest)
    {
        var ids = new List<string>();
        foreach (var (_, number) in nearest.Found)
            ids.Add(Encoding.UTF8.GetString(index[number].Id));
        return ids;
    }

    /// <summary>Every place; of those that came twice, the area.</summary>
    private static List<(string Id, double Latitude, double Longitude)> Places(PlaceFiles files)
    {
        var store = files.Files[0].Places;
        var places = new Dictionary<string, (string Id, double Latitude, double Longitude)>();
        for (var i = 0; i < store.Count; i++)
        {
            var place = store[i];
            var id = Encoding.UTF8.GetString(place.Id);
            if (place.Traits.HasFlag(PlaceTraits.IsArea))
                places[id] = (id, place.Latitude, place.Longitude);
            else
                places.TryAdd(id, (id, place.Latitude, place.Longitude));
        }
        return [.. places.Values];
    }

    /// <summary>By the haversine, which the index does not use.</summary>
    private static double MetersBetween(in PlacesQuery query, double latitude, double longitude)
    {
        var (from, to) = (double.DegreesToRadians(query.Latitude), double.DegreesToRadians(latitude));
        var sinLatitude = Math.Sin((to - from) / 2);
        var sinLongitude = Math.Sin(double.DegreesToRadians(longitude - query.Longitude) / 2);
        var haversine = (sinLatitude * sinLatitude) + (Math.Cos(from) * Math.Cos(to) * sinLongitude * sinLongitude);
        return 2 * GreatCircle.EarthRadiusMeters * Math.Asin(Math.Sqrt(Math.Min(1, haversine)));
    }

    /// <summary>Forgets the largest resident size so far, and returns what it is now.</summary>
    private static long ResetPeak()
    {
        File.WriteAllText("/proc/self/clear_refs", "5");
        return FromStatus("VmRSS:");
    }

    private static long Peak() => FromStatus("VmHWM:");

    private static long Kept()
    {
        GC.Collect(2, GCCollectionMode.Aggressive);
        return FromStatus("VmRSS:");
    }

    private static long FromStatus(string name)
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line[name.Length..^"kB".Length].Trim(), CultureInfo.InvariantCulture);
    }
}
