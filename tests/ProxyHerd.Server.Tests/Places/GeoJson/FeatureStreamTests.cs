using System.Text;
using ProxyHerd.Server.Places.GeoJson;
using Xunit;

namespace ProxyHerd.Server.Tests.Places.GeoJson;

public sealed class FeatureStreamTests
{
    private const string Osmium =
        """
        {"type":"FeatureCollection","features":[
        {"type":"Feature","id":"n1","geometry":{"type":"Point","coordinates":[7.4,43.7]},"properties":{"name":"}]é\""}},
        {"type":"Feature","id":"n2","geometry":null,"properties":{"a":[{"b":[]}]}}
        ]}

        """;

    [Theory]
    [InlineData(Osmium, 2)]
    [InlineData("""{"type": "FeatureCollection", "features": [""" + "\n" + """{"type":"Feature"}]}""", 1)]
    [InlineData("""{"features":[{}],"type":"FeatureCollection"}""", 1)]
    [InlineData("""{"name":"x","crs":{"type":"name","properties":{"features":[1]}},"type":"FeatureCollection","bbox":[1,2],"features":[{},{}],"y":{"z":[[]]}}""", 2)]
    [InlineData("\uFEFF{\"type\":\"FeatureCollection\",\"features\":[]}\r\n\t ", 0)]
    public void TryRead_Collection_GivesItsFeaturesWhateverTheBuffer(string text, int count)
    {
        var whole = Features(text, 1 << 16);

        Assert.Equal(count, whole.Count);
        for (var bufferBytes = 1; bufferBytes <= Encoding.UTF8.GetByteCount(text) + 1; bufferBytes++)
            Assert.Equal(whole, Features(text, bufferBytes));
    }

    [Fact]
    public void TryRead_Feature_IsAsItStandsAndItsLineIsKnown()
    {
        var stream = new FeatureStream(Utf8(Osmium), bufferBytes: 16);

        Assert.True(stream.TryRead(out _));
        Assert.Equal((1, 2), (stream.Count, stream.Line));
        Assert.True(stream.TryRead(out var second));
        Assert.Equal("""{"type":"Feature","id":"n2","geometry":null,"properties":{"a":[{"b":[]}]}}""", Encoding.UTF8.GetString(second));
        Assert.Equal((2, 3), (stream.Count, stream.Line));
        Assert.False(stream.TryRead(out _));
        Assert.False(stream.TryRead(out _));
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData(" \r\n", "it is empty")]
    [InlineData("\uFEFF", "it is empty")]
    [InlineData("# A heading", "line 1, byte 1: not JSON: '#' is an invalid start of a value")]
    [InlineData("[]", "line 1: not a GeoJSON FeatureCollection: it does not begin with an object")]
    [InlineData("7", "line 1: not a GeoJSON FeatureCollection: it does not begin with an object")]
    [InlineData("{}", "line 1: not a GeoJSON FeatureCollection: it has no member 'features'")]
    [InlineData("{\"type\":\"FeatureCollection\"}", "line 1: not a GeoJSON FeatureCollection: it has no member 'features'")]
    [InlineData("{\"features\":[]}", "line 1: not a GeoJSON FeatureCollection: it has no 'type'")]
    [InlineData("{\n\"type\":\"Topology\",\"objects\":{}}", "line 2: not a GeoJSON FeatureCollection: its type is 'Topology'")]
    [InlineData("{\"type\":\"Feature\",\"geometry\":null}\n{\"type\":\"Feature\"}", "line 1: not a GeoJSON FeatureCollection: its type is 'Feature'")]
    [InlineData("{\"features\":[{}],\"type\":\"Feature\"}", "line 1: not a GeoJSON FeatureCollection: its type is 'Feature'")]
    [InlineData("{\"type\":\"FeatureCollection\",\"features\":{}}", "line 1: not a GeoJSON FeatureCollection: its 'features' is no array")]
    [InlineData("{\"type\":\"FeatureCollection\",\"features\":[],\"features\":[]}", "line 1: not a GeoJSON FeatureCollection: it has 'features' twice")]
    [InlineData("{\"type\":\"FeatureCollection\",\"features\":[\n{},\n7]}", "line 3: feature 2 is no object")]
    [InlineData("{\"type\":\"FeatureCollection\",\"features\":[\n{},\n{\"a\":nope}]}", "line 3, byte 7, in feature 2: ")]
    [InlineData("{\"type\":\"FeatureCollection\",\"features\":[{} {}]}", "line 1, byte 44, in feature 2: '{' is invalid after a value")]
    [InlineData("{\"type\":\"FeatureCollection\",\"features\":[]}{}", "line 1, byte 43: something follows the collection")]
    [InlineData("\u001e{\"type\":\"Feature\"}\n", "line 1, byte 1: not JSON: '0x1E' is an invalid start")]
    public void TryRead_Mistake_IsSaidWithItsPlace(string text, string mistake)
    {
        foreach (var bufferBytes in new[] { 1, 7, 1 << 16 })
        {
            var exception = Assert.Throws<InvalidDataException>(() => Features(text, bufferBytes));

            Assert.StartsWith(mistake, exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TryRead_CutAnywhere_SaysSo()
    {
        var bytes = Encoding.UTF8.GetBytes(Osmium.TrimEnd());
        for (var length = 1; length < bytes.Length; length++)
        {
            foreach (var bufferBytes in new[] { 5, 1 << 16 })
            {
                var stream = new FeatureStream(new MemoryStream(bytes, 0, length), bufferBytes);
                var exception = Assert.Throws<InvalidDataException>(() => Drain(stream));

                Assert.StartsWith("it is cut short: it ends in line ", exception.Message, StringComparison.Ordinal);
                Assert.EndsWith($"behind {stream.Count} whole features", exception.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void TryRead_HugeFeature_GrowsTheBufferForIt()
    {
        var huge = "{\"a\":\"" + new string('x', 3 << 20) + "\"}";

        Assert.Equal([huge, "{}"], Features("{\"type\":\"FeatureCollection\",\"features\":[" + huge + ",{}]}", 1000));
    }

    [Fact]
    public void TryRead_FeatureBeyondTheLimit_IsRefusedBeforeItIsWholeInMemory()
    {
        var exception = Assert.Throws<InvalidDataException>(() => Drain(new FeatureStream(new EndlessFeature())));

        Assert.StartsWith("line 1: feature 1 is longer than 64 MB", exception.Message, StringComparison.Ordinal);
    }

    private static List<string> Features(string text, int bufferBytes)
    {
        var features = new List<string>();
        var stream = new FeatureStream(Utf8(text), bufferBytes);
        while (stream.TryRead(out var feature))
            features.Add(Encoding.UTF8.GetString(feature));
        return features;
    }

    private static void Drain(FeatureStream stream)
    {
        while (stream.TryRead(out _))
        {
        }
    }

    private static MemoryStream Utf8(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>A text that never ends.</summary>
    private sealed class EndlessFeature : MemoryStream
    {
        private readonly byte[] _head = Encoding.UTF8.GetBytes("{\"type\":\"FeatureCollection\",\"features\":[{\"a\":\"");
        private bool _isBegun;

        public override int Read(Span<byte> buffer)
        {
            if (_isBegun || buffer.Length < _head.Length)
            {
                buffer.Fill((byte)'x');
                return buffer.Length;
            }
            _isBegun = true;
            _head.CopyTo(buffer);
            return _head.Length;
        }
    }
}
