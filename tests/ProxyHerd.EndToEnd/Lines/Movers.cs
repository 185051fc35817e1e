using System.Collections.Concurrent;
using System.Globalization;
using ProxyHerd.EndToEnd.Processes;
using Xunit;

namespace ProxyHerd.EndToEnd.Lines;

/// <summary>Clients that move all the while, some at one server and some from server to server.</summary>
internal sealed class Movers : IAsyncDisposable
{
    private const int ClientsEach = 20;
    private const int MoversAtEach = 2;
    private const int Roamers = 4;
    private const long NanosecondsASecond = 1_000_000_000;

    /// <summary>Between two updates of a mover; with it a herd's movers make some thousand updates a second.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(4);

    private readonly ProcessHerd _herd;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, string> _last = new(StringComparer.Ordinal);
    private readonly List<Task> _running = [];
    private long _updates;

    private Movers(ProcessHerd herd) => _herd = herd;

    /// <summary>Updates that have been answered.</summary>
    public long Updates => Interlocked.Read(ref _updates);

    /// <summary>Starts them; the servers they go to must stay up.</summary>
    public static async Task<Movers> StartAsync(ProcessHerd herd, IReadOnlyList<string> servers)
    {
        var movers = new Movers(herd);
        foreach (var server in servers)
        {
            for (var i = 0; i < MoversAtEach; i++)
                movers._running.Add(movers.MoveAsync($"{server}-{i}", [server]));
        }

        for (var i = 0; i < Roamers; i++)
            movers._running.Add(movers.MoveAsync($"roamer-{i}", [.. servers.Skip(i % servers.Count), .. servers.Take(i % servers.Count)]));
        await movers.MoveOnAsync(1);
        return movers;
    }

    /// <summary>Waits until so many more updates have been answered.</summary>
    public async Task MoveOnAsync(int updates)
    {
        var due = Updates + updates;
        await _herd.HoldsAsync("clients move on", () => Task.FromResult(Updates >= due || _running.Any(mover => mover.IsFaulted)));
    }

    /// <summary>Has them move for a time.</summary>
    public Task MoveOnForAsync(TimeSpan time) => Task.WhenAny(Task.Delay(time, TimeProvider.System), Task.WhenAny(_running));

    /// <summary>Stops them.</summary>
    /// <returns>The last that each client was told.</returns>
    public async Task<LastReplies> StopAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_running);
        return new LastReplies(_last);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task MoveAsync(string name, IReadOnlyList<string> servers)
    {
        var connections = new List<LineClient>();
        try
        {
            foreach (var server in servers)
                connections.Add(await _herd.ConnectAsync(server));
            long time = 0;
            for (var step = 0; !_stopping.IsCancellationRequested; step++)
            {
                time = Math.Max(time + 1, (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick);
                var id = string.Create(CultureInfo.InvariantCulture, $"{name}-{step % ClientsEach}");
                var position = string.Create(CultureInfo.InvariantCulture, $"+{step % 90}.{step % 1000:d3}-{step % 180}.{step % 777:d3}");
                var fields = string.Create(
                    CultureInfo.InvariantCulture, $"{id} {position} {time / NanosecondsASecond}.{time % NanosecondsASecond:d9}");
                var reply = await connections[step % connections.Count].AskAsync($"IAMAT {fields}");
                Assert.EndsWith($" {fields}", reply, StringComparison.Ordinal);
                _last[id] = reply;
                Interlocked.Increment(ref _updates);
                await Task.Delay(Step, TimeProvider.System);
            }
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }
}
