using System.Globalization;

namespace ProxyHerd.Benchmarks.Places;

/// <summary>A made-up region of named features: half of them within 10 km of a centre, the others over ten degrees around it.</summary>
internal static class RegionFile
{
    public const double CentreLatitude = 48.2;
    public const double CentreLongitude = 16.4;

    /// <summary>Where the region has few features and where it has none.</summary>
    public const double OutskirtsLatitude = 52.1;
    public const double OceanLatitude = -48.9;

    private const int Seed = 7;
    private const double CentreDegrees = 0.085;
    private const double RegionDegrees = 5;

    private static readonly string[] Tags =
    [
        "\"amenity\":\"restaurant\",\"cuisine\":\"regional\"", "\"amenity\":\"bench\",\"backrest\":\"yes\"", "\"shop\":\"clothes\"", "\"shop\":\"supermarket\",\"brand\":\"Market\"",
        "\"tourism\":\"hotel\",\"stars\":\"3\"", "\"leisure\":\"park\"", "\"office\":\"lawyer\"", "\"historic\":\"memorial\"", "\"healthcare\":\"doctor\",\"amenity\":\"doctors\"",
    ];

    /// <summary>Writes as many features as <c>osmium export</c> would, or <c>overturemaps download</c>.</summary>
    public static void Write(string path, int features, bool isOvertures)
    {
        var random = new Random(Seed);
        using var file = new StreamWriter(path, append: false, System.Text.Encoding.ASCII, bufferSize: 1 << 20);
        file.Write("{\"type\":\"FeatureCollection\",\"features\":[\n");
        for (var i = 1; i <= features; i++)
        {
            var spread = i % 2 == 0 ? CentreDegrees : RegionDegrees;
            var latitude = CentreLatitude + (spread * Signed(random));
            var longitude = CentreLongitude + (spread * Signed(random));
            if (i > 1)
                file.Write(",\n");
            file.Write(isOvertures ? Overtures(i, latitude, longitude, random) : Osmiums(i, latitude, longitude, random));
        }
        file.Write("\n]}\n");
    }

    /// <summary>Three in five are nodes, one is a way, one an area.</summary>
    private static string Osmiums(int i, double latitude, double longitude, Random random)
    {
        var kind = i % 5;
        var coordinates = kind switch
        {
            < 3 => At(latitude, longitude),
            3 => $"[{string.Join(',', Enumerable.Range(0, 6).Select(k => At(latitude + (k * 1e-4), longitude + (k % 2 * 1e-4))))}]",
            _ => $"[[[{string.Join(',', Enumerable.Range(0, 9).Select(k => Corner(latitude, longitude, k % 8)))}]]]",
        };
        var (prefix, type) = kind switch { < 3 => ("n", "Point"), 3 => ("w", "LineString"), _ => ("a", "MultiPolygon") };
        return $"{{\"type\":\"Feature\",\"id\":\"{prefix}{1_000_000_000L + (2 * i)}\",\"geometry\":{{\"type\":\"{type}\",\"coordinates\":{coordinates}}},"
            + $"\"properties\":{{\"addr:city\":\"Town {random.Next(50)}\",\"addr:housenumber\":\"{random.Next(1, 200)}\",\"addr:postcode\":\"10{random.Next(10, 99)}\","
            + $"\"addr:street\":\"Street of the {random.Next(2000)}th\",{Tags[random.Next(Tags.Length)]},\"name\":\"The place called {i}\","
            + "\"opening_hours\":\"Mo-Fr 09:00-18:00\",\"website\":\"https://www.example.com/\"}}";
    }

    private static string Overtures(int i, double latitude, double longitude, Random random) =>
        $"{{\"type\":\"Feature\",\"geometry\":{{\"type\":\"Point\",\"coordinates\":{At(latitude, longitude)}}},\"properties\":{{"
        + $"\"id\":\"{new Guid(i, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)}\",\"version\":3,\"sources\":[{{\"property\":\"\",\"dataset\":\"meta\",\"record_id\":\"{i}\","
        + "\"update_time\":\"2025-02-24T08:00:00.000Z\",\"confidence\":0.77},{\"property\":\"/properties/existence\",\"dataset\":\"Overture\",\"record_id\":null}],"
        + $"\"names\":{{\"primary\":\"The place called {i}\",\"common\":null,\"rules\":null}},\"categories\":{{\"primary\":\"thai_restaurant\",\"alternate\":[\"asian_restaurant\",\"bar\"]}},"
        + "\"confidence\":0.77,\"websites\":[\"https://www.example.com/some/page\"],\"socials\":[\"https://www.facebook.com/123456789012345\"],\"phones\":[\"+431234567890\"],"
        + $"\"addresses\":[{{\"freeform\":\"Street of the {random.Next(2000)}th {random.Next(200)}\",\"locality\":\"Town {random.Next(50)}\",\"postcode\":\"1010\",\"region\":null,\"country\":\"AT\"}}],"
        + "\"brand\":{\"wikidata\":null,\"names\":{\"primary\":null}},\"operating_status\":\"open\",\"basic_category\":\"restaurant\",\"theme\":\"places\",\"type\":\"place\"}}";

    private static string At(double latitude, double longitude) => string.Create(CultureInfo.InvariantCulture, $"[{longitude:f7},{latitude:f7}]");

    private static string Corner(double latitude, double longitude, int k) =>
        At(latitude + (1e-4 * Math.Sin(k * Math.PI / 4)), longitude + (1e-4 * Math.Cos(k * Math.PI / 4)));

    private static double Signed(Random random) => (2 * random.NextDouble()) - 1;
}
