using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace ProxyHerd.Server.Tests.Places.Google;

/// <summary>
/// Both of Google's APIs, as an HTTP server on loopback that answers its n-th request with the n-th step, and all later ones with
/// the last.
/// </summary>
internal sealed class StubGoogle : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<StubRequest> _requests = new();
    private readonly RequestDelegate[] _steps;
    private int _count;

    private StubGoogle(RequestDelegate[] steps)
    {
        _steps = steps;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:40123</c>.</summary>
    public string BaseUrl => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>Every request so far.</summary>
    public IReadOnlyCollection<StubRequest> Requests => _requests;

    /// <summary>Method and target of every request so far, as they stood on the wire.</summary>
    public IEnumerable<string> Targets => _requests.Select(request => request.Target);

    public static async Task<StubGoogle> StartAsync(params RequestDelegate[] steps)
    {
        var server = new StubGoogle(steps);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>A good answer in the shape of the API that is asked, of places with the names A, é and C.</summary>
    public static Task Good(HttpContext context) => Json(IsNew(context) ? GoogleSamples.ThreeOfNew : GoogleSamples.ThreeOfLegacy)(context);

    public static RequestDelegate Json(string body, int code = 200, params (string Name, string Value)[] headers) => async context =>
    {
        await Status(code, headers)(context);
        context.Response.ContentType = "application/json; charset=UTF-8";
        await context.Response.WriteAsync(body);
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
        await BeginBodyAsync(context);
        await Hang(context);
    }

    /// <summary>Sends a good head and the first bytes of a body, and cuts the connection.</summary>
    public static async Task CutInBody(HttpContext context)
    {
        await BeginBodyAsync(context);
        context.Abort();
    }

    /// <summary>Cuts the connection without a word.</summary>
    public static Task Cut(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    /// <summary>Answers well once the gate is open.</summary>
    public static RequestDelegate Gated(Task gate) => async context =>
    {
        await gate.WaitAsync(context.RequestAborted);
        await Good(context);
    };

    /// <summary>A good answer of 10 MB, if it were read.</summary>
    public static RequestDelegate Long(bool saysItsLength) => async context =>
    {
        const int Blocks = 160;
        var block = new byte[64 << 10];
        Array.Fill(block, (byte)' ');
        context.Response.ContentLength = saysItsLength ? (Blocks * block.Length) + 2 : null;
        for (var i = 0; i < Blocks; i++)
            await context.Response.Body.WriteAsync(block, context.RequestAborted);
        await context.Response.WriteAsync("{}", context.RequestAborted);
    };

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static bool IsNew(HttpContext context) => context.Request.Method == HttpMethods.Post;

    private static async Task BeginBodyAsync(HttpContext context)
    {
        await context.Response.WriteAsync("{\"results\":", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        _requests.Enqueue(new StubRequest(
            $"{context.Request.Method} {context.Features.Get<IHttpRequestFeature>()!.RawTarget}",
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await reader.ReadToEndAsync()));
        var step = Interlocked.Increment(ref _count) - 1;
        await _steps[Math.Min(step, _steps.Length - 1)](context);
    }
}
