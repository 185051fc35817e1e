using ProxyHerd.Server.Places;
using Xunit;

namespace ProxyHerd.Server.Tests.Places;

public sealed class LandmarkParserTests
{
    private const string Good = "Powell Library\t34.0716\t-118.4422\tlibrary\tUCLA, Los Angeles";

    [Fact]
    public void Parse_GoodLines_ReadsEveryField()
    {
        var landmarks = Parse($"# a comment\t\n\n{Good}\nCafé Ōhau’s No. 5\t-90\t+180.0\tart_gallery\tX");

        Assert.Equal(
            [
                new Landmark("Powell Library", 34.0716, -118.4422, "library", "UCLA, Los Angeles"),
                new Landmark("Café Ōhau’s No. 5", -90, 180, "art_gallery", "X"),
            ],
            landmarks);
    }

    [Fact]
    public void Parse_LinesEndedByCarriageReturns_ReadsThem() =>
        Assert.Equal("UCLA, Los Angeles", Assert.Single(Parse($"# Windows\r\n{Good}\r\n")).Vicinity);

    [Theory]
    [InlineData("Powell Library", "landmark:powell-library")]
    [InlineData("  ¡Olé! (2nd) ", "landmark:olé-2nd")]
    [InlineData("Grauman's St. Café’s", "landmark:graumans-st-cafés")]
    public void PlaceId_AnyName_IsItsSlug(string name, string placeId) =>
        Assert.Equal(placeId, new Landmark(name, 0, 0, "park", "X").PlaceId);

    [Theory]
    [InlineData("Powell Library", "1 fields instead of 5")]
    [InlineData("Powell Library\t34.0716\t-118.4422\tlibrary", "4 fields instead of 5")]
    [InlineData("Powell Library\t34.0716\t-118.4422\tlibrary\tUCLA\t", "6 fields instead of 5")]
    [InlineData("Powell Library 34.0716 -118.4422 library UCLA", "1 fields instead of 5")]
    [InlineData("\t34.0716\t-118.4422\tlibrary\tUCLA", "'' is empty")]
    [InlineData(" Powell\t34.0716\t-118.4422\tlibrary\tUCLA", "white space")]
    [InlineData("Powell\u0007\t34.0716\t-118.4422\tlibrary\tUCLA", "control character")]
    [InlineData("?!\t34.0716\t-118.4422\tlibrary\tUCLA", "neither a letter nor a digit")]
    [InlineData("Powell\tnorth\t-118.4422\tlibrary\tUCLA", "'north' is no latitude")]
    [InlineData("Powell\t90.0001\t-118.4422\tlibrary\tUCLA", "'90.0001' is no latitude")]
    [InlineData("Powell\tNaN\t-118.4422\tlibrary\tUCLA", "'NaN' is no latitude")]
    [InlineData("Powell\t3e1\t-118.4422\tlibrary\tUCLA", "'3e1' is no latitude")]
    [InlineData("Powell\t34,5\t-118.4422\tlibrary\tUCLA", "'34,5' is no latitude")]
    [InlineData("Powell\t34.0716\t180.1\tlibrary\tUCLA", "'180.1' is no longitude")]
    [InlineData("Powell\t34.0716\t\tlibrary\tUCLA", "'' is empty")]
    [InlineData("Powell\t34.0716\t-118.4422\tArt Gallery\tUCLA", "'Art Gallery' is no type")]
    [InlineData("Powell\t34.0716\t-118.4422\tlibrary\t", "'' is empty")]
    [InlineData("Powell Library\t1\t1\tpark\tElsewhere", "'Powell Library' is already in line 2")]
    [InlineData("powell-library\t1\t1\tpark\tElsewhere", "'powell-library' is already in line 2")]
    public void Parse_MalformedLine_FailsWithItsNumber(string line, string reason)
    {
        var e = Assert.Throws<InvalidDataException>(() => Parse($"# a comment\n{Good}\n{line}\nnever reached"));

        Assert.StartsWith("test.tsv:3: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<Landmark> Parse(string text) => LandmarkParser.Parse(new StringReader(text), "test.tsv");
}
