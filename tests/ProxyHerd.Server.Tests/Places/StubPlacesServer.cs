using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace ProxyHerd.Server.Tests.Places;

/// <summary>An HTTP server on loopback that answers its n-th request with the n-th step, and all later ones with the last.</summary>
internal sealed class StubPlacesServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly RequestDelegate[] _steps;
    private int _count;

    private StubPlacesServer(RequestDelegate[] steps)
    {
        _steps = steps;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:40123</c>.</summary>
    public string BaseUrl => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>Method and target of every request so far, as they stood on the wire.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    public static async Task<StubPlacesServer> StartAsync(params RequestDelegate[] steps)
    {
        var server = new StubPlacesServer(steps);
        await server._app.StartAsync();
        return server;
    }

    public static RequestDelegate Json(string body) => context =>
    {
        context.Response.ContentType = "application/json; charset=UTF-8";
        return context.Response.WriteAsync(body);
    };

    public static RequestDelegate Status(int code, params (string Name, string Value)[] headers) => context =>
    {
        context.Response.StatusCode = code;
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;
        return Task.CompletedTask;
    };

    /// <summary>Sends nothing until the client goes away.</summary>
    public static async Task Hang(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    /// <summary>Sends a good head and the first bytes of a body, and then nothing more.</summary>
    public static async Task HangInBody(HttpContext context)
    {
        await context.Response.WriteAsync("{\"results\":", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await Hang(context);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        _requests.Enqueue($"{context.Request.Method} {context.Features.Get<IHttpRequestFeature>()!.RawTarget}");
        var step = Interlocked.Increment(ref _count) - 1;
        return _steps[Math.Min(step, _steps.Length - 1)](context);
    }
}
