using System.Diagnostics;
using System.Text;

namespace ProxyHerd.Benchmarks.Load;

/// <summary>
/// Keeps a number of requests in flight on each of a number of connections to a server that answers each with one line.
/// One thread, nothing allocated once it runs: it has one core, and the server is to be what is measured.
/// </summary>
internal static class LoadGenerator
{
    /// <summary>A server that says nothing for so long is stuck.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(10);

    /// <summary>Runs to the end of the load.</summary>
    /// <exception cref="IOException">The server closed a connection or fell silent.</exception>
    public static LoadTally Run(LoadOptions options)
    {
        var template = new RequestTemplate(options.Template, options.Keys, options.Seed);
        using var queue = new ReadinessQueue();
        var connections = new LoadConnection[options.Connections];
        try
        {
            for (var i = 0; i < connections.Length; i++)
            {
                connections[i] = new LoadConnection(options.Port, template, options.InFlight);
                queue.Watch(connections[i].Socket, i);
            }

            return Run(options, queue, connections);
        }
        finally
        {
            foreach (var connection in connections)
                connection?.Dispose();
        }
    }

    private static LoadTally Run(LoadOptions options, ReadinessQueue queue, LoadConnection[] connections)
    {
        var start = Timestamp();
        var wallClock = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick - start;
        var budget = new RequestBudget(options, start);
        var tally = new LoadTally(options.WarmUp, start);
        var expected = Encoding.UTF8.GetBytes(options.Expect);
        for (var i = 0; i < connections.Length; i++)
            Send(i, start);

        while (!budget.IsSpent || tally.Replies < budget.Sent)
        {
            var ready = queue.Wait(SilenceMax);
            if (ready == 0)
                throw new IOException($"No reply for {SilenceMax.TotalSeconds} s: {tally.Replies} of {budget.Sent} requests were answered.");
            for (var i = 0; i < ready; i++)
                Serve(queue[i].Tag, queue[i].Flags);
        }

        return tally;

        void Serve(int tag, int flags)
        {
            var connection = connections[tag];
            var now = Timestamp();
            if ((flags & ReadinessQueue.Writable) != 0)
            {
                connection.Flush();
                if (connection.HasFlushed)
                    queue.Watch(connection.Socket, tag, forWriting: false);
            }

            if ((flags & ~ReadinessQueue.Writable) != 0)
                connection.Receive(now, expected, tally);
            Send(tag, now);
        }

        void Send(int tag, long now)
        {
            var connection = connections[tag];
            var count = budget.Take(connection.Room, tally.Replies, now);
            if (count == 0)
                return;
            connection.Send(count, now, wallClock + now);
            if (!connection.HasFlushed)
                queue.Watch(connection.Socket, tag, forWriting: true);
        }
    }

    /// <summary>Nanoseconds; on Linux that is the stopwatch's own unit.</summary>
    private static long Timestamp() => Stopwatch.GetTimestamp() * (1_000_000_000 / Stopwatch.Frequency);
}
