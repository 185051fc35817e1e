using System.Globalization;
using ProxyHerd.EndToEnd.Processes;
using Xunit;

namespace ProxyHerd.EndToEnd.Lines;

/// <summary>Some 5,000 updates a second over 20,000 clients in turn, through one connection, until it is stopped.</summary>
internal sealed class SteadyLoad : IDisposable
{
    private const int Clients = 20_000;
    private const int LinesAtOnce = 250;

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stopping = new();
    private readonly LineClient _client;
    private readonly Task _running;
    private long _updates;

    private SteadyLoad(LineClient client)
    {
        _client = client;
        _running = Task.Run(RunAsync);
    }

    /// <summary>Updates that have been answered.</summary>
    public long Updates => Interlocked.Read(ref _updates);

    /// <summary>Starts it.</summary>
    public static async Task<SteadyLoad> StartAsync(ProcessHerd herd, string server) => new(await herd.ConnectAsync(server));

    /// <summary>Has it go on for a time.</summary>
    public Task GoOnForAsync(TimeSpan time) => Task.WhenAny(Task.Delay(time, TimeProvider.System), _running);

    /// <summary>Ends it once all that was sent is answered.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        for (var next = 0L; !_stopping.IsCancellationRequested; next += LinesAtOnce)
        {
            var pause = Task.Delay(Every, TimeProvider.System);
            var fields = Enumerable.Range(0, LinesAtOnce)
                .Select(i => string.Create(CultureInfo.InvariantCulture, $" steady-{(next + i) % Clients} +34.068930-118.445127 {1_400_000_000 + ((next + i) / Clients)}"))
                .ToList();
            await _client.SendAsync([.. fields.Select(static line => $"IAMAT{line}")]);
            foreach (var line in fields)
                Assert.EndsWith(line, await _client.ReceiveAsync(), StringComparison.Ordinal);
            Interlocked.Add(ref _updates, LinesAtOnce);
            await pause;
        }
    }
}
