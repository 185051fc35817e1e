using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ProxyHerd.Server.Hosting;
using ProxyHerd.Server.Http;
using ProxyHerd.Server.Journal;
using ProxyHerd.Server.Tests.Hosting;
using ProxyHerd.Server.Tests.Places;
using Xunit;

namespace ProxyHerd.Server.Tests.Http;

public sealed class ReadinessCheckTests
{
    [Fact]
    public async Task CheckHealthAsync_AsAServersLifeGoes_IsHealthyFromStartedToStopping()
    {
        using var lifetime = new Lifetime();
        var check = new ReadinessCheck(lifetime, new Journal());
        Assert.Equal(HealthStatus.Unhealthy, await StatusOf(check));

        await lifetime.Started.CancelAsync();
        Assert.Equal(HealthStatus.Healthy, await StatusOf(check));

        lifetime.StopApplication();
        Assert.Equal(HealthStatus.Unhealthy, await StatusOf(check));
    }

    [Fact]
    public async Task CheckHealthAsync_AfterTheJournalFailed_IsUnhealthyAndSaysWhy()
    {
        using var lifetime = new Lifetime();
        await lifetime.Started.CancelAsync();
        var journal = new Journal();
        var check = new ReadinessCheck(lifetime, journal);
        Assert.Equal(HealthStatus.Healthy, await StatusOf(check));

        journal.Failure.SetResult(new IOException("The disk is gone."));
        var result = await check.CheckHealthAsync(new HealthCheckContext());
        Assert.Equal((HealthStatus.Unhealthy, "The disk is gone."), (result.Status, result.Description));
    }

    /// <summary>It is asked while it stops, too, and a stop is no error.</summary>
    [Fact]
    public async Task CheckHealthAsync_ServerThatIsNotReady_LogsNothing()
    {
        await using var app = ServerHost.Build(Loaded.From(Loaded.Solo, "--Journal:Durability=Memory"), "Solo");
        using var log = new RecordingLoggerProvider();
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);

        var report = await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        Assert.Equal(HealthStatus.Unhealthy, report.Status);
        Assert.Empty(log.Entries);
    }

    private static async Task<HealthStatus> StatusOf(ReadinessCheck check) => (await check.CheckHealthAsync(new HealthCheckContext())).Status;

    private sealed class Journal : IJournalHealth
    {
        public TaskCompletionSource<IOException> Failure { get; } = new();

        public Task<IOException> Fault => Failure.Task;
    }

    private sealed class Lifetime : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationTokenSource Started { get; } = new();

        public CancellationToken ApplicationStarted => Started.Token;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => _stopping.Cancel();

        public void Dispose()
        {
            Started.Dispose();
            _stopping.Dispose();
        }
    }
}
