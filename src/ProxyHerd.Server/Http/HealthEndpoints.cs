using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace ProxyHerd.Server.Http;

/// <summary><c>/health/live</c> and <c>/health/ready</c>, for whoever restarts and routes.</summary>
internal static class HealthEndpoints
{
    /// <summary>Maps both. Live: the process answers. Ready: every check of a server's readiness is healthy.</summary>
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        endpoints.MapHealthChecks("/health/ready");
    }
}
