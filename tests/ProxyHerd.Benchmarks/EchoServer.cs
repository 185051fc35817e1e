using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ProxyHerd.Benchmarks;

/// <summary>The least that Kestrel can do with a connection: what comes is sent back. A peer to compare with.</summary>
internal static class EchoServer
{
    /// <summary>Echoes on a port of the loopback address until it is ended.</summary>
    /// <param name="port">The port.</param>
    /// <param name="isInline">Whether sockets and pipes complete on the thread that polls, as the server's own do.</param>
    public static async Task RunAsync(int port, bool isInline)
    {
        if (isInline)
            Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost
            .UseKestrelCore()
            .UseSockets(sockets => sockets.UnsafePreferInlineScheduling = isInline)
            .ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Run(EchoAsync)));
        await using var app = builder.Build();
        await app.RunAsync();
    }

    private static async Task EchoAsync(ConnectionContext connection)
    {
        var input = connection.Transport.Input;
        var output = connection.Transport.Output;
        while (true)
        {
            var result = await input.ReadAsync();
            foreach (var segment in result.Buffer)
                output.Write(segment.Span);
            input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted || (await output.FlushAsync()).IsCompleted)
                return;
        }
    }

    private static void Write(this System.IO.Pipelines.PipeWriter output, ReadOnlySpan<byte> bytes) =>
        System.Buffers.BuffersExtensions.Write(output, bytes);
}
