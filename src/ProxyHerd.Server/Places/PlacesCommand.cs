using System.Diagnostics;
using System.Globalization;
using System.Text;
using ProxyHerd.Herd.Places;
using ProxyHerd.Server.Hosting;
using ProxyHerd.Server.Places.Files;

namespace ProxyHerd.Server.Places;

/// <summary>
/// <c>ProxyHerd.Server places --near POSITION [--radius KILOMETRES] [--bound PLACES] [--json]</c>: asks the provider that the
/// configuration names, as a server would, so that a key or a file can be tried without one.
/// </summary>
/// <remarks>A server that is itself called <c>places</c> is run by <c>--name places</c>.</remarks>
internal static class PlacesCommand
{
    private const string Verb = "places";

    /// <summary>Whether the arguments of the process are this command.</summary>
    public static bool IsMeant(string[] arguments) => arguments is [Verb, ..];

    /// <summary>Asks, and writes the answer as a table or as clients get it.</summary>
    /// <param name="arguments">The arguments of the process.</param>
    /// <param name="output">For the answer.</param>
    /// <param name="errors">For mistakes, and for why there is no answer.</param>
    /// <returns>An exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter errors)
    {
        if (!PlacesCommandLine.TryParse(arguments[1..], errors, out var asked)
            || !CommandLine.TryParse(asked.Others, errors, out var command)
            || !ServerConfiguration.TryLoad(command, errors, out var configuration))
        {
            return ExitCodes.WrongConfiguration;
        }

        await using var services = new ServiceCollection().AddLogging().AddPlaces(configuration.Root).BuildServiceProvider();
        IPlacesProvider provider;
        try
        {
            provider = services.GetRequiredService<IPlacesProvider>();
        }
        catch (PlaceFilesException exception)
        {
            foreach (var mistake in exception.Mistakes)
                await errors.WriteLineAsync(mistake);
            return ExitCodes.WrongConfiguration;
        }

        var began = Stopwatch.GetTimestamp();
        var answer = await provider.SearchAsync(asked.Query, CancellationToken.None);
        var took = Stopwatch.GetElapsedTime(began);
        var table = PlacesTable.Of(answer, asked.Query);
        if (asked.IsJson)
            await output.WriteLineAsync(Encoding.UTF8.GetString(answer.Span));
        else
            await table.WriteAsync(output);

        // What a program reads from the output stays free of this.
        var summary = string.Create(CultureInfo.InvariantCulture, $"{provider.Name}: {table.Summary} ({took.TotalMilliseconds:f1} ms)");
        await (asked.IsJson || !table.IsAnswered ? errors : output).WriteLineAsync(summary);
        return table.IsAnswered ? ExitCodes.Answered : ExitCodes.Unanswered;
    }
}
