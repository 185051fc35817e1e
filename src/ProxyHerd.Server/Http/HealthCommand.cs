using ProxyHerd.Server.Hosting;

namespace ProxyHerd.Server.Http;

/// <summary>
/// <c>ProxyHerd.Server health [NAME] [--config FILE] [--Section:Key value …]</c>: asks a server that runs elsewhere on this
/// machine whether it is ready, for container images that hold neither a shell nor curl.
/// </summary>
/// <remarks>
/// Reads the same file, environment and arguments as the server, so both agree on its name and port. Without a name every
/// server is asked, as every server would run. A server that is itself called <c>health</c> is run by <c>--name health</c>.
/// </remarks>
internal static class HealthCommand
{
    /// <summary>Far above what a healthy server takes, and below the 5 s after which the image's HEALTHCHECK gives up without a reason.</summary>
    public static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(3);

    private const string Verb = "health";

    /// <summary>Whether the arguments of the process are this command.</summary>
    public static bool IsMeant(string[] arguments) => arguments is [Verb, ..];

    /// <summary>Asks, and writes one line a server.</summary>
    /// <param name="arguments">The arguments of the process.</param>
    /// <param name="output">For servers that are ready.</param>
    /// <param name="errors">For those that are not, each with the reason.</param>
    /// <param name="answerMax">How long a server may take to answer.</param>
    /// <returns><see cref="ExitCodes.Healthy"/> or <see cref="ExitCodes.Unhealthy"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter errors, TimeSpan answerMax)
    {
        if (!CommandLine.TryParse(arguments[1..], errors, out var command)
            || !ServerConfiguration.TryLoad(command, errors, out var configuration))
        {
            return ExitCodes.Unhealthy;
        }

        using var probe = new HealthProbe(answerMax);
        var servers = configuration.ServersToRun;
        var reasons = await Task.WhenAll(servers.Select(server => probe.AskAsync(HealthAddress.Of(configuration, server))));
        foreach (var (server, reason) in servers.Zip(reasons))
        {
            if (reason is null)
                await output.WriteLineAsync($"{server}: ready");
            else
                await errors.WriteLineAsync($"{server}: {reason}");
        }

        return reasons.All(reason => reason is null) ? ExitCodes.Healthy : ExitCodes.Unhealthy;
    }
}
