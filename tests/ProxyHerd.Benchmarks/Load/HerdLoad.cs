using System.Diagnostics;
using System.Globalization;

namespace ProxyHerd.Benchmarks.Load;

/// <summary>Loads one server of a herd and times how long it takes until all of them hold the same.</summary>
internal static class HerdLoad
{
    /// <summary>Within this a herd of one machine has found together, or it never will.</summary>
    private static readonly TimeSpan AgreementMax = TimeSpan.FromSeconds(60);

    /// <summary>Often enough for a run of a second or more, seldom enough to cost the herd nothing.</summary>
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// Prints <c>iamat/s 200123 reached/s 198000 seconds 5.1 load_seconds 5.0 errors 0</c>, then a line a server. What
    /// reached is the smallest count of updates that any server accepted: the feed sends each client's newest line, so
    /// servers that lag are sent fewer.
    /// </summary>
    public static async Task<int> RunAsync(LoadOptions options, TextWriter output)
    {
        using var http = new HttpClient { Timeout = AgreementMax };
        ServerProbe[] servers = [.. options.HttpPorts.Split(',').Select(port => new ServerProbe(http, port))];
        await UntilAsync(servers, "every link is live", states => states.All(state => state.IsConnected));
        var before = await Task.WhenAll(servers.Select(server => server.CountAsync()));

        var start = Stopwatch.GetTimestamp();
        var tally = LoadGenerator.Run(options);
        var loadSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await UntilAsync(servers, "all digests are equal", states => states.All(state => state.Digest == states[0].Digest));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        var after = await Task.WhenAll(servers.Select(server => server.CountAsync()));
        var reached = after.Zip(before, (end, begin) => end.Accepted - begin.Accepted).Min();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"iamat/s {tally.Replies / seconds:F0} reached/s {reached / seconds:F0} seconds {seconds:F2} load_seconds {loadSeconds:F2} errors {tally.Errors}"));
        for (var i = 0; i < servers.Length; i++)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{after[i].Server}: accepted {after[i].Accepted - before[i].Accepted}, AT lines from neighbours {after[i].AtLines - before[i].AtLines}"));
        }

        return tally.Errors == 0 ? 0 : 1;
    }

    private static async Task UntilAsync(ServerProbe[] servers, string condition, Func<ServerState[], bool> isMet)
    {
        var start = Stopwatch.GetTimestamp();
        while (!isMet(await Task.WhenAll(servers.Select(server => server.StateAsync()))))
        {
            if (Stopwatch.GetElapsedTime(start) > AgreementMax)
                throw new TimeoutException($"After {AgreementMax.TotalSeconds} s it is still not so that {condition}.");
            await Task.Delay(PollPeriod, TimeProvider.System);
        }
    }
}
