using System.Text.Json;
using System.Text.RegularExpressions;
using ProxyHerd.Server.Hosting;
using ProxyHerd.Server.Places;
using ProxyHerd.Server.Tests.Places.Files;
using ProxyHerd.Server.Tests.Places.Google;
using Xunit;

namespace ProxyHerd.Server.Tests.Places;

public sealed partial class PlacesCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true, "places")]
    [InlineData(true, "places", "--near", "+1+1")]
    [InlineData(false)]
    [InlineData(false, "Alford", "places")]
    [InlineData(false, "--name", "places")]
    public void IsMeant_Arguments_ByTheFirst(bool expected, params string[] arguments) =>
        Assert.Equal(expected, PlacesCommand.IsMeant(arguments));

    [Fact]
    public async Task RunAsync_File_PrintsATableWithTheAttribution()
    {
        var (exitCode, output, errors) = await RunAsync("--near", "+1.0+7.0", "--radius", "50", "--bound", "2", "--Places:Files:0", Region());

        Assert.Equal((ExitCodes.Answered, ""), (exitCode, errors));
        Assert.Equal(
            """
            metres  name            type               vicinity  place_id
                 0  Café de Paris   point_of_interest            osm:node/1
             11120  A second place  point_of_interest            osm:node/2
            © OpenStreetMap contributors
            Embedded: OK, 2 places (# ms)

            """,
            Milliseconds().Replace(output, "# ms"));
    }

    /// <summary>A program reads the output, so nothing else may be in it.</summary>
    [Theory]
    [InlineData("--json", "--near=+1+7")]
    [InlineData("--near", "+1+7", "--json")]
    public async Task RunAsync_Json_PrintsWhatGoesOnTheWireAlone(params string[] arguments)
    {
        string[] file = ["--Places:Files:0", Region()];
        var (exitCode, output, errors) = await RunAsync([.. arguments, .. file]);

        Assert.Equal(ExitCodes.Answered, exitCode);
        Assert.Matches(@"^Embedded: OK, 1 places \([0-9.]+ ms\)\n$", errors);
        Assert.StartsWith("{\n  \"html_attributions\": [\n    \"© OpenStreetMap contributors\"\n  ],\n  \"results\": [\n", output, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(output);
        Assert.Equal("osm:node/1", document.RootElement.GetProperty("results")[0].GetProperty("place_id").GetString());
    }

    [Fact]
    public async Task RunAsync_NothingNear_IsAnAnswer()
    {
        var (exitCode, output, errors) = await RunAsync("--near", "-48.8767-123.3933", "--radius", "0.5");

        Assert.Equal((ExitCodes.Answered, ""), (exitCode, errors));
        Assert.Equal("Embedded: ZERO_RESULTS, 0 places (# ms)\n", Milliseconds().Replace(output, "# ms"));
    }

    [Theory]
    [InlineData("Google")]
    [InlineData("GoogleLegacy")]
    public async Task RunAsync_Google_TriesTheKey(string provider)
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Good);

        var (exitCode, output, errors) = await RunAsync(ArgumentsFor(provider, google));

        Assert.Equal((ExitCodes.Answered, ""), (exitCode, errors));
        var lines = output.Split('\n');
        Assert.StartsWith("metres  name", lines[0], StringComparison.Ordinal);
        Assert.Contains($"{provider}: OK, 3 places (# ms)", lines.Select(line => Milliseconds().Replace(line, "# ms")));
        Assert.Single(google.Requests);
    }

    [Theory]
    [InlineData("Google")]
    [InlineData("GoogleLegacy")]
    public async Task RunAsync_ProviderThatFails_SaysWhyAndEndsWithOne(string provider)
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Status(403));

        var (exitCode, output, errors) = await RunAsync(ArgumentsFor(provider, google));

        Assert.Equal((ExitCodes.Unanswered, ""), (exitCode, output));
        Assert.StartsWith($"{provider}: REQUEST_DENIED: ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain(GoogleSetup.Key, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--near: is missing")]
    [InlineData("'--near': has no value behind it", "--near")]
    [InlineData("--near: '43.7,7.4' is no position", "--near", "43.7,7.4")]
    [InlineData("--near: '+91+1' is no position", "--near", "+91+1")]
    [InlineData("--radius: '0' is no radius; give kilometres above 0, at most 50", "--near", "+1+1", "--radius", "0")]
    [InlineData("--radius: '51' is no radius", "--near", "+1+1", "--radius=51")]
    [InlineData("--radius: '1 1' is no radius", "--near", "+1+1", "--radius", "1 1")]
    [InlineData("--bound: '0' is no bound; give a number of places from 1 to 20", "--near", "+1+1", "--bound", "0")]
    [InlineData("--bound: '21' is no bound", "--near", "+1+1", "--bound", "21")]
    [InlineData("--bound: '' is no bound", "--near", "+1+1", "--bound=")]
    [InlineData("'--Places:Files:0': has no value behind it", "--near", "+1+1", "--Places:Files:0")]
    [InlineData("Places:Provider: 'Bing' is not a provider", "--near", "+1+1", "--Places:Provider", "Bing")]
    [InlineData("Places:Files: '/no/such' cannot be used: it does not exist", "--near", "+1+1", "--Places:Files:0", "/no/such")]
    public async Task RunAsync_Mistake_IsSaidAndEndsWithTwo(string mistake, params string[] arguments)
    {
        var (exitCode, output, errors) = await RunAsync(arguments);

        Assert.Equal((ExitCodes.WrongConfiguration, ""), (exitCode, output));
        Assert.StartsWith(mistake, errors, StringComparison.Ordinal);
    }

    /// <summary>A key's value is not taken for an argument of the command.</summary>
    [Fact]
    public async Task RunAsync_ValueThatLooksLikeAnArgument_GoesToItsKey()
    {
        var (exitCode, output, _) = await RunAsync("--Logs:Path", "--json", "--near", "-48.8767-123.3933");

        Assert.Equal(ExitCodes.Answered, exitCode);
        Assert.StartsWith("Embedded: ", output, StringComparison.Ordinal);
    }

    private static string[] ArgumentsFor(string provider, StubGoogle google) =>
        ["--near", "+1+7", $"--Places:Provider={provider}", $"--Places:Google:Key={GoogleSetup.Key}", $"--Places:{provider}:BaseUrl={google.BaseUrl}"];

    private string Region() => _folder.Write("region.geojson", GeoJsonFile.Of(("Café de Paris", 1), ("A second place", 1.1), ("Far", 9)));

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        var (output, errors) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var exitCode = await PlacesCommand.RunAsync(["places", .. arguments], output, errors);
        return (exitCode, output.ToString(), errors.ToString());
    }

    [GeneratedRegex(@"[0-9.]+ ms")]
    private static partial Regex Milliseconds();
}
