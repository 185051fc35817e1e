using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using ProxyHerd.Herd.Connections;
using ProxyHerd.Herd.Locations;

namespace ProxyHerd.Herd.Tests.Connections;

/// <summary>What a known client's IAMAT costs through the whole handler: read, store, commit, reply.</summary>
public sealed class AllocationTests
{
    private const int Iterations = 5_000;

    [Theory]
    [InlineData(1, false)]
    [InlineData(16, false)]
    [InlineData(1, true)]
    [InlineData(16, true)]
    public void Iamat_OfAKnownClient_AllocatesNextToNothing(int inFlight, bool isMeasured)
    {
        // Inline schedulers keep client and server on this thread, so its count of bytes is the whole cost.
        var options = new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false);
        var (input, output) = (new Pipe(options), new Pipe(options));
        var server = new TestServer();
        using var listener = isMeasured ? Measure(server.Herd) : null;
        var connection = new DefaultConnectionContext("1", new Duplex(input.Reader, output.Writer), new Duplex(output.Reader, input.Writer));
        var handler = new LineConnectionHandler(server.Herd, ConnectionKind.All).OnConnectedAsync(connection);

        var line = Bytes.Of("IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 1400794000.000000000\n");
        Run(input.Writer, output.Reader, line, inFlight, Iterations);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(input.Writer, output.Reader, line, inFlight, Iterations);
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)(Iterations * inFlight);
        Assert.InRange(each, 0, 200);
        Assert.Equal(2 * Iterations, server.Herd.Feed.Head); // a commit a read, which holds the client once
        Assert.Equal(2 * Iterations * inFlight, server.Herd.Metrics.Updates(AcceptOutcome.Accepted));
        Assert.False(handler.IsCompleted);
    }

    /// <summary>Has everything measured, to no end.</summary>
    private static MeterListener Measure(HerdServer server)
    {
        var meter = new Meter("Allocations");
        server.Metrics.Register(meter, server);
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter == meter)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.Start();
        return listener;
    }

    private static void Run(PipeWriter input, PipeReader output, byte[] line, int inFlight, int iterations)
    {
        for (var i = 0; i < iterations; i++)
        {
            for (var j = 0; j < inFlight; j++)
            {
                Count(line);
                line.CopyTo(input.GetSpan(line.Length));
                input.Advance(line.Length);
            }

            var flush = input.FlushAsync();
            Assert.True(flush.IsCompletedSuccessfully && !flush.Result.IsCompleted);
            Assert.True(output.TryRead(out var reply));
            Assert.True(reply.Buffer.Length / inFlight is > 80 and < 100);
            output.AdvanceTo(reply.Buffer.End);
        }
    }

    /// <summary>The next time.</summary>
    private static void Count(byte[] line)
    {
        for (var at = line.Length - 2; ; at--)
        {
            if (line[at] == (byte)'.')
                continue;
            if (line[at] != (byte)'9')
            {
                line[at]++;
                return;
            }

            line[at] = (byte)'0';
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
