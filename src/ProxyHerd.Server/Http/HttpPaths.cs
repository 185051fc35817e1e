using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using ProxyHerd.Herd;

namespace ProxyHerd.Server.Http;

/// <summary>
/// What HTTP answers: <c>/health/live</c> and <c>/health/ready</c> for whoever restarts and routes, <c>/metrics</c> and <c>/herd</c>.
/// Four paths need no router, which would be 2 MB of an idle server's memory.
/// </summary>
internal static class HttpPaths
{
    private const string Live = "/health/live";
    private const string Ready = "/health/ready";
    private const string Metrics = "/metrics";
    private const string Herd = "/herd";

    /// <summary>The label of HTTP's metrics, as OpenTelemetry's conventions call it; a router would set it.</summary>
    private const string RouteLabel = "http.route";

    /// <summary>Kestrel leaves out what HEAD is not to have.</summary>
    private const string Allowed = "GET, HEAD";

    private static readonly string[] All = [Live, Ready, Metrics, Herd];

    /// <summary>Answers all of them, and 404 to any other. Letters may be of either case, and a slash may follow.</summary>
    public static void UseHttpPaths(this IApplicationBuilder app, HerdServer server)
    {
        app.UseHealthAndMetrics();
        app.Run(context => AnswerAsync(context, server));
    }

    /// <summary>
    /// Answers all but <c>/herd</c>. Live: the process answers. Ready: every check of a server's readiness is healthy.
    /// </summary>
    public static void UseHealthAndMetrics(this IApplicationBuilder app)
    {
        app.Use(PickAsync);
        app.UseHealthChecks(Live, new HealthCheckOptions { Predicate = static _ => false });
        app.UseHealthChecks(Ready);
        app.UseOpenTelemetryPrometheusScrapingEndpoint(Metrics);
    }

    private static Task PickAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path.Value.AsSpan();
        if (path.EndsWith('/'))
            path = path[..^1];
        foreach (var known in All)
        {
            if (!path.Equals(known, StringComparison.OrdinalIgnoreCase))
                continue;
            context.Request.Path = known;
            context.Features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(new(RouteLabel, known));
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    /// <summary>Only <see cref="Herd"/> comes so far.</summary>
    private static Task AnswerAsync(HttpContext context, HerdServer server)
    {
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            return HerdResponse.WriteAsync(context.Response, server);
        context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        context.Response.Headers[HeaderNames.Allow] = Allowed;
        return Task.CompletedTask;
    }
}
