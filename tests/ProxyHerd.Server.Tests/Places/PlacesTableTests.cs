using System.Text;
using ProxyHerd.Herd.Places;
using ProxyHerd.Server.Places;
using Xunit;

namespace ProxyHerd.Server.Tests.Places;

public sealed class PlacesTableTests
{
    /// <summary>Of an answer that is passed on as it came, anything may be missing or of another kind.</summary>
    [Theory]
    [InlineData("1", "")]
    [InlineData("null", "")]
    [InlineData("{}", "")]
    [InlineData("""{"name":"A","geometry":null}""", "A")]
    [InlineData("""{"name":"A","geometry":{"location":null}}""", "A")]
    [InlineData("""{"name":"A","geometry":{"location":{}}}""", "A")]
    [InlineData("""{"name":"A","geometry":{"location":{"lat":"x","lng":1}}}""", "A")]
    [InlineData("""{"name":"A","geometry":{"location":{"lat":1e999,"lng":1}}}""", "A")]
    [InlineData("""{"name":"A","types":7}""", "A")]
    [InlineData("""{"name":"A","types":[]}""", "A")]
    [InlineData("""{"name":7,"types":[7],"vicinity":null}""", "7  7")]
    public async Task Of_ResultOfAnyKind_IsARow(string result, string row)
    {
        var lines = await LinesOf($$"""{"status":"OK","results":[{{result}}]}""");

        Assert.Equal(2, lines.Length);
        Assert.Equal(row, string.Join("  ", lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }

    /// <summary>A name may hold what ends a row, or steers a terminal.</summary>
    [Fact]
    public async Task WriteAsync_ControlCharacters_AreSpaces()
    {
        var lines = await LinesOf("""
            {"status":"OK","results":[{"name":"a\u001b[31mb\nc\u009bd","types":["t\tt"],"vicinity":"v\r\nv","place_id":"i\u0007i"}],"html_attributions":["x\u001b]0;y\n"]}
            """);

        Assert.Equal(["metres  name         type  vicinity  place_id", "        a [31mb c d  t t   v  v      i i", "x ]0;y "], lines);
    }

    [Fact]
    public async Task WriteAsync_LongName_IsCutBetweenCharacters()
    {
        var lines = await LinesOf($$"""{"status":"OK","results":[{"name":"{{new string('a', 38)}}😀😀"}]}""");

        Assert.EndsWith(" " + new string('a', 38) + "…", lines[1], StringComparison.Ordinal);
    }

    private static async Task<string[]> LinesOf(string answer)
    {
        var output = new StringWriter { NewLine = "\n" };
        await PlacesTable.Of(Encoding.UTF8.GetBytes(answer), new PlacesQuery(1, 2, 3, 4)).WriteAsync(output);
        return output.ToString()[..^1].Split('\n');
    }
}
