using System.Globalization;
using ProxyHerd.EndToEnd.Processes;
using Xunit;
using Xunit.Sdk;

namespace ProxyHerd.EndToEnd.Chaos;

/// <summary>
/// Clients that go on, whatever happens to servers: a driver whose server is gone or silent goes to another one. Some are
/// written again and again, and the others once.
/// </summary>
/// <param name="herd">Where they go.</param>
/// <param name="movingClients">Clients that are written again and again.</param>
/// <param name="newAtOnce">Clients written once, of each <see cref="LinesAtOnce"/> lines.</param>
internal sealed class Fleet(ProcessHerd herd, int movingClients, int newAtOnce)
{
    private const int DriversAServer = 4;
    private const int LinesAtOnce = 64;

    /// <summary>Between two pieces of a driver. With it twenty drivers make some 16,000 lines a second where nothing is in their way.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(75);

    private readonly List<ClientLog>[] _logs = [.. Enumerable.Range(0, herd.Names.Count * DriversAServer).Select(_ => new List<ClientLog>())];
    private long _answers;

    /// <summary>Updates that were answered.</summary>
    public long Answers => Interlocked.Read(ref _answers);

    /// <summary>Clients of which something was answered.</summary>
    public int AnsweredClients => _logs.Sum(logs => logs.Count(log => log.IsAnswered));

    /// <summary>Of them those that were written once.</summary>
    public int WrittenOnce => _logs.Sum(logs => logs.Skip(MovingEach).Count(log => log.IsAnswered));

    private int MovingEach => movingClients / _logs.Length;

    /// <summary>Runs until it is told to stop.</summary>
    public Task RunAsync(int seed, CancellationToken stopping) => Task.WhenAll(Enumerable.Range(0, _logs.Length).Select(driver =>
        Task.Run(() => DriveAsync(driver, new Random(seed + driver), stopping), CancellationToken.None)));

    /// <summary>A server knows of every client what it was answered, or something that it said later.</summary>
    public async Task AssertKnownAtAsync(string name)
    {
        using var pipe = await LinePipe.TryConnectAsync(herd.PortOf(name)) ?? throw new XunitException($"{name} does not listen.");
        foreach (var some in _logs.SelectMany(logs => logs).Chunk(500))
        {
            await pipe.SendAsync(string.Concat(some.Select(log => $"WHATSAT {log.Id} 1 0\n")));
            foreach (var log in some)
            {
                var line = await pipe.ReceiveAsync();
                if (line == $"? WHATSAT {log.Id} 1 0")
                    line = null;
                else
                    await SkipPlacesAsync(pipe);
                Assert.True(log.Allows(line), $"{name} says of {log.Id}: {line ?? "nothing"}; {log}");
            }
        }
    }

    private static async Task SkipPlacesAsync(LinePipe pipe)
    {
        while ((await pipe.ReceiveAsync()).Length > 0)
        {
        }
    }

    private async Task DriveAsync(int driver, Random random, CancellationToken stopping)
    {
        var home = driver % herd.Names.Count;
        while (!stopping.IsCancellationRequested)
        {
            using var pipe = await LinePipe.TryConnectAsync(herd.PortOf(herd.Names[home]));
            try
            {
                while (pipe is not null && !stopping.IsCancellationRequested)
                {
                    await TellAsync(pipe, driver, random);
                    await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
                }
            }
            catch (IOException)
            {
                // What was sent and not answered may be known or not.
            }

            home = random.Next(herd.Names.Count);
            await Task.Delay(Pause * random.NextDouble(), TimeProvider.System, CancellationToken.None);
        }
    }

    private async Task TellAsync(LinePipe pipe, int driver, Random random)
    {
        var logs = _logs[driver];
        var now = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        List<(ClientLog Log, long Time)> said = [];
        for (var i = 0; i < LinesAtOnce; i++)
        {
            // The first ones become those that move.
            if (i < newAtOnce || logs.Count < MovingEach)
                logs.Add(new ClientLog(string.Create(CultureInfo.InvariantCulture, $"d{driver}-{logs.Count}")));
            var log = i < newAtOnce || logs.Count < MovingEach ? logs[^1] : logs[random.Next(MovingEach)];
            log.Say(now + i);
            said.Add((log, now + i));
        }

        await pipe.SendAsync(string.Concat(said.Select(update => $"IAMAT {update.Log.FieldsAt(update.Time)}\n")));
        foreach (var (log, time) in said)
        {
            var answer = await pipe.ReceiveAsync();
            if (!answer.StartsWith("AT ", StringComparison.Ordinal) || !answer.EndsWith($" {log.FieldsAt(time)}", StringComparison.Ordinal))
                throw new XunitException($"IAMAT {log.FieldsAt(time)} was answered with {answer}");
            log.Answer(time, answer);
            Interlocked.Increment(ref _answers);
        }
    }
}
