using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using ProxyHerd.Server.Http;
using Xunit;

namespace ProxyHerd.Server.Tests.Http;

public sealed class ReadinessCheckTests
{
    [Fact]
    public async Task CheckHealthAsync_AsAServersLifeGoes_IsHealthyFromStartedToStopping()
    {
        using var lifetime = new Lifetime();
        var check = new ReadinessCheck(lifetime);
        Assert.Equal(HealthStatus.Unhealthy, await StatusOf(check));

        await lifetime.Started.CancelAsync();
        Assert.Equal(HealthStatus.Healthy, await StatusOf(check));

        lifetime.StopApplication();
        Assert.Equal(HealthStatus.Unhealthy, await StatusOf(check));
    }

    private static async Task<HealthStatus> StatusOf(ReadinessCheck check) => (await check.CheckHealthAsync(new HealthCheckContext())).Status;

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
