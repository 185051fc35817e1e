using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ProxyHerd.Server.Places.GeoJson;
using ProxyHerd.Server.Places.Search;
using Xunit;

namespace ProxyHerd.Server.Tests.Places.GeoJson;

/// <summary>Whatever is in a file, it is either read or refused with a reason.</summary>
public sealed class MutationTests
{
    private const int Seed = 20_250_617;

    private const string Sample =
        """
        {"type":"FeatureCollection","features":[
        {"type":"Feature","id":"n1","geometry":{"type":"Point","coordinates":[7.4,43.7]},"properties":{"name":"Aé","amenity":"cafe;bar","addr:street":"S","@id":4}},
        {"type":"Feature","id":"w2","geometry":{"type":"LineString","coordinates":[[7.4,43.7],[7.5,43.8]]},"properties":{"name":"B","shop":"yes"}},
        {"type":"Feature","id":"a4","geometry":{"type":"MultiPolygon","coordinates":[[[[7,43],[8,43],[8,44],[7,43]],[[7.5,43.1],[7.6,43.1],[7.6,43.2],[7.5,43.1]]]]},"properties":{"name":"C"}},
        {"type":"Feature","geometry":{"type":"GeometryCollection","geometries":[{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}]},"properties":{"id":"x",
        "names":{"primary":"D"},"categories":{"primary":"bar"},"addresses":[{"freeform":"F","locality":"L"}],"sources":[{"dataset":"OpenStreetMap"}]}}
        ]}
        """;

    [Fact]
    public void Read_ChangedBytes_IsReadOrRefused()
    {
        var random = new Random(Seed);
        var sample = Encoding.UTF8.GetBytes(Sample);
        const string Bytes = "{}[]\":,0123456789-+.eE \\nultrasf\"\"";
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = sample.ToList();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(3))
                {
                    case 0: bytes[at] = (byte)Bytes[random.Next(Bytes.Length)]; break;
                    case 1: bytes.Insert(at, (byte)random.Next(256)); break;
                    default: bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at)); break;
                }
            }
            ReadOrRefuse([.. bytes], $"change {i} with seed {Seed}");
        }
    }

    /// <summary>Good JSON, with a value somewhere that is of another kind.</summary>
    [Fact]
    public void Read_ChangedValues_IsReadOrRefused()
    {
        string[] values = ["null", "true", "7", "-1e300", "\"\"", "\"x\"", "[]", "[[]]", "[null]", "[1]", "[1,2]", "{}", "{\"a\":1}", "{\"type\":\"Polygon\"}", "[[[[[[1]]]]]]"];
        var nodes = Enumerable.Range(0, Count(JsonNode.Parse(Sample)!)).ToList();
        foreach (var node in nodes)
        {
            foreach (var value in values)
            {
                var root = JsonNode.Parse(Sample)!;
                var left = node;
                Replace(root, ref left, value);
                ReadOrRefuse(JsonSerializer.SerializeToUtf8Bytes(root), $"node {node} is {value}");
            }
        }
    }

    private static void ReadOrRefuse(byte[] bytes, string what)
    {
        try
        {
            var features = new FeatureStream(new MemoryStream(bytes), bufferBytes: 64);
            var reader = new FeatureReader();
            var places = new PlaceStore.Builder();
            while (features.TryRead(out var feature))
                reader.TryAdd(feature, places);
            _ = new PlaceIndex(places.Build());
        }
        catch (InvalidDataException exception)
        {
            Assert.NotEmpty(exception.Message);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{what}: {Encoding.UTF8.GetString(bytes)}", exception);
        }
    }

    private static int Count(JsonNode node) => node switch
    {
        JsonObject o => o.Sum(pair => 1 + Count(pair.Value!)),
        JsonArray a => a.Sum(item => 1 + Count(item!)),
        _ => 0,
    };

    private static bool Replace(JsonNode node, ref int left, string value)
    {
        if (node is JsonObject o)
        {
            foreach (var name in o.Select(pair => pair.Key).ToList())
            {
                if (left-- == 0)
                {
                    o[name] = JsonNode.Parse(value);
                    return true;
                }
                if (Replace(o[name]!, ref left, value))
                    return true;
            }
        }
        else if (node is JsonArray a)
        {
            for (var i = 0; i < a.Count; i++)
            {
                if (left-- == 0)
                {
                    a[i] = JsonNode.Parse(value);
                    return true;
                }
                if (Replace(a[i]!, ref left, value))
                    return true;
            }
        }
        return false;
    }
}
