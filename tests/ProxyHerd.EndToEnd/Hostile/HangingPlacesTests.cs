using System.Globalization;
using System.Net.Sockets;
using System.Text;
using ProxyHerd.EndToEnd.Processes;
using Xunit;

namespace ProxyHerd.EndToEnd.Hostile;

/// <summary>
/// A Google that does not answer. Always: every WHATSAT gets its AT line, and a good client is served. With
/// <c>PROXYHERD_LONG_TESTS=1</c> also: within 8.5 s, and the p99 of the good client's IAMAT grows by at most a fifth while 500
/// WHATSAT wait.
/// </summary>
[Collection(HostileTests.Name)]
public sealed class HangingPlacesTests
{
    private const string Server = "Alford";
    private const int Questions = 500;

    /// <summary>By which p99 may grow.</summary>
    private const double GrowthMax = 1.2;

    /// <summary>The 8 s of a search, and what a busy machine takes besides.</summary>
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(8.5);

    /// <summary>Less than the 3 s of a try, after which the circuit breaker opens and nobody waits any more.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(HostileTests.AreLong ? 2.5 : 0.5);

    private static readonly int Rounds = HostileTests.AreLong ? 9 : 1;

    private static readonly string[] Complaints = ["A search for places ended with", "The places service fails again and again"];

    public static TheoryData<string, string> Manners
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var provider in new[] { "Google", "GoogleLegacy" })
            {
                foreach (var manner in Enum.GetNames<PlayedGoogle.Manner>().Where(name => name != nameof(PlayedGoogle.Manner.Answers)))
                    rows.Add(provider, manner);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Manners))]
    public async Task Whatsat_GoogleDoesNotAnswer_GetsItsLineInTime(string provider, string manner)
    {
        using var google = new PlayedGoogle { Now = Enum.Parse<PlayedGoogle.Manner>(manner) };
        await using var herd = new ProcessHerd(new HerdPlan("Alford-Bolden"));
        await herd.StartWithAsync(Server, Settings(provider, google));
        using var client = await herd.ConnectAsync(Server);
        var told = await client.AskAsync("IAMAT kiwi +34.068930-118.445127 1400794645.5");
        using var asker = Crowd.Open(2);
        await asker.ConnectAsync(System.Net.IPAddress.Loopback, herd.PortOf(Server));

        var (reply, took) = await AskAsync(asker, "kiwi");

        Assert.StartsWith(told + "\n{", reply, StringComparison.Ordinal);
        Assert.Contains(
            manner == nameof(PlayedGoogle.Manner.Limits) ? "\"OVER_QUERY_LIMIT\"" : "\"UNKNOWN_ERROR\"", reply, StringComparison.Ordinal);
        if (HostileTests.AreLong)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{provider} {manner}: {took.TotalSeconds:f2} s"));
            Assert.True(took <= AnswerMax, $"{took}");
        }

        await herd.EndAsync(Complaints);
    }

    [Theory]
    [InlineData("Google")]
    [InlineData("GoogleLegacy")]
    public async Task Whatsat_500WaitForAGoogleThatHangs_HoldUpNobody(string provider)
    {
        using var google = new PlayedGoogle();
        await using var herd = new ProcessHerd(new HerdPlan("Alford-Bolden"));
        await herd.StartWithAsync(Server, Settings(provider, google));
        using var good = new GoodClient(herd.PortOf(Server), Condition.Deadline);
        using var crowd = await Crowd.ConnectAsync(herd.PortOf(Server), Questions);
        await TellAsync(herd);
        await AskAllAsync(crowd);
        good.Take();

        var quiet = new List<Latencies>();
        var hanging = new List<Latencies>();
        var longest = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            quiet.Add(await ServeAsync(good));
            google.Now = PlayedGoogle.Manner.Hangs;
            var asking = AskAllAsync(crowd);
            hanging.Add(await ServeAsync(good));
            Assert.False(asking.IsCompleted, "nobody waited");
            var replies = await asking;
            Assert.All(replies, reply => Assert.Contains("\"UNKNOWN_ERROR\"", reply.Text, StringComparison.Ordinal));
            longest.Add(replies.Max(reply => reply.Took.TotalSeconds));
            google.Now = PlayedGoogle.Manner.Answers;
            await herd.HoldsAsync("the circuit is closed", async () => (await AskAsync(crowd.Sockets[0], "car-0")).Text.Contains("ZERO_RESULTS", StringComparison.Ordinal));
            good.Take();
        }

        if (HostileTests.AreLong)
        {
            AssertGrowth(provider, quiet, hanging);
            Console.WriteLine($"{provider}: the longest waits, in seconds: {string.Join("; ", longest.Select(wait => wait.ToString("f2", CultureInfo.InvariantCulture)))}");
            Assert.True(longest.Max() <= AnswerMax.TotalSeconds, $"{longest.Max()} s");
        }

        await herd.EndAsync(Complaints);
    }

    private static void AssertGrowth(string provider, List<Latencies> quiet, List<Latencies> hanging)
    {
        var (without, with) = (Median(quiet.Select(round => round.P99.TotalMilliseconds)), Median(hanging.Select(round => round.P99.TotalMilliseconds)));
        var each = string.Join("; ", quiet.Zip(hanging, (one, other) => $"{one} | {other}"));
        var seen = string.Create(CultureInfo.InvariantCulture, $"{provider}: p99 {without:f3} ms, while {Questions} wait {with:f3} ms, {with / without:f3} times; quiet | waiting: {each}");
        Console.WriteLine(seen);
        Assert.True(with <= GrowthMax * without, seen);
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    private static string[] Settings(string provider, PlayedGoogle google) =>
    [
        $"--Places:Provider={provider}",
        "--Places:Google:Key=AIza-of-a-test",
        $"--Places:Google:BaseUrl={google.BaseUrl}",
        $"--Places:GoogleLegacy:BaseUrl={google.BaseUrl}",
        "--Places:CallsPerMonthMax=0",
        "--Places:WhatsatPerSecondMax=0",
    ];

    private static async Task<Latencies> ServeAsync(GoodClient good)
    {
        good.Take();
        await Task.Delay(Window, TimeProvider.System);
        return good.Take();
    }

    /// <summary>Every client is elsewhere: no two questions are the same.</summary>
    private static async Task TellAsync(ProcessHerd herd)
    {
        using var client = await herd.ConnectAsync(Server);
        for (var number = 0; number < Questions; number++)
            await client.AskAsync(string.Create(CultureInfo.InvariantCulture, $"IAMAT car-{number} +{number / 10.0}+7.5 1400794645"));
    }

    private static Task<(string Text, TimeSpan Took)[]> AskAllAsync(Crowd crowd) =>
        Task.WhenAll(crowd.Sockets.Select((socket, number) => AskAsync(socket, string.Create(CultureInfo.InvariantCulture, $"car-{number}"))));

    /// <returns>The whole reply, which an empty line ends, and how long it took from when it was sent.</returns>
    private static async Task<(string Text, TimeSpan Took)> AskAsync(Socket socket, string client)
    {
        var began = TimeProvider.System.GetTimestamp();
        await socket.SendAsync(Encoding.ASCII.GetBytes($"WHATSAT {client} 1 5\n"));
        var reply = new StringBuilder();
        var buffer = new byte[4096];
        while (!reply.ToString().EndsWith("\n\n", StringComparison.Ordinal))
        {
            var read = await socket.ReceiveAsync(buffer).WaitAsync(Condition.Deadline, TimeProvider.System);
            if (read == 0)
                throw new IOException($"The server hung up after {reply}");
            reply.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        return (reply.ToString(), TimeProvider.System.GetElapsedTime(began));
    }
}
