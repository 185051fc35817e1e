using ProxyHerd.Server.Hosting;
using Xunit;

namespace ProxyHerd.Server.Tests.Hosting;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("", null, null, "")]
    [InlineData("Alford", "Alford", null, "")]
    [InlineData("--name Alford", "Alford", null, "")]
    [InlineData("--Name=Alford", "Alford", null, "")]
    [InlineData("--config herd.json", null, "herd.json", "")]
    [InlineData("--config=herd.json", null, "herd.json", "")]
    [InlineData("--CONFIG herd.json Alford", "Alford", "herd.json", "")]
    [InlineData("Alford --config a=b.json", "Alford", "a=b.json", "")]
    [InlineData("--config=a=b.json", null, "a=b.json", "")]
    [InlineData("--Herd:Secret abc", null, null, "--Herd:Secret=abc")]
    [InlineData("--Herd:Secret=abc", null, null, "--Herd:Secret=abc")]
    [InlineData("--Herd:Secret=a=b==", null, null, "--Herd:Secret=a=b==")]
    [InlineData("--Herd:Secret --secret--", null, null, "--Herd:Secret=--secret--")]
    [InlineData("--Logs:Path=", null, null, "--Logs:Path=")]
    [InlineData("--Limits:ConnectionsMax -1 Alford --Logs:Path x", "Alford", null, "--Limits:ConnectionsMax=-1 --Logs:Path=x")]
    [InlineData("-h", "-h", null, "")]
    public void TryParse_Arguments_GivesNameFileAndSettings(string arguments, string? name, string? file, string settings)
    {
        var errors = new StringWriter();

        Assert.True(CommandLine.TryParse(Split(arguments), errors, out var command));

        Assert.Equal(
            (name, file, settings), (command.Name, command.ConfigurationFile, string.Join(' ', command.Settings)));
        Assert.Equal("", errors.ToString());
    }

    [Theory]
    [InlineData("--help", true)]
    [InlineData("-h", true)]
    [InlineData("", false)]
    [InlineData("--name -h", false)]
    [InlineData("Alford --help", false)]
    public void AsksForHelp_Arguments_OnlyWhereThereIsNothingElse(string arguments, bool asks) =>
        Assert.Equal(asks, CommandLine.AsksForHelp(Split(arguments)));

    [Theory]
    [InlineData("Alford Bolden", "'Bolden'")]
    [InlineData("--config", "'--config'")]
    [InlineData("Alford --Herd:Secret", "'--Herd:Secret'")]
    [InlineData("--help", "'--help'")]
    [InlineData("--", "'--'")]
    [InlineData("--=x", "'--=x'")]
    [InlineData("-- x", "'--'")]
    [InlineData("--config=", "'--config='")]
    public void TryParse_WrongArguments_SaysWhichAndHowToDoIt(string arguments, string culprit)
    {
        var errors = new StringWriter();

        Assert.False(CommandLine.TryParse(Split(arguments), errors, out var command));

        Assert.Null(command);
        var lines = errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Contains(culprit, lines[0], StringComparison.Ordinal);
        Assert.StartsWith("usage: ", lines[1], StringComparison.Ordinal);
    }

    /// <summary>An argument that is there and empty, as <c>"$FILE"</c> is in a shell where FILE is not set.</summary>
    [Theory]
    [InlineData("--config", "")]
    [InlineData("")]
    [InlineData("--name", "")]
    public void TryParse_EmptyFileOrName_IsRefused(params string[] arguments) =>
        Assert.False(CommandLine.TryParse(arguments, new StringWriter(), out _));

    private static string[] Split(string arguments) => arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
