using System.Collections.Concurrent;

namespace ProxyHerd.Simulation;

/// <summary>Simulates many seeds, several at a time: a world shares nothing with another but the machine.</summary>
internal static class SeedRuns
{
    /// <summary>The results, in whatever order they come.</summary>
    public static IEnumerable<SimulationResult> Run(ulong first, ulong last, int jobs, SimulationOptions options)
    {
        using var results = new BlockingCollection<SimulationResult>();
        var next = first;
        var left = jobs;
        Exception? fault = null;
        for (var job = 0; job < jobs; job++)
            new Thread(Work) { IsBackground = true }.Start();
        foreach (var result in results.GetConsumingEnumerable())
            yield return result;
        if (fault is not null)
            throw new InvalidOperationException("A seed could not be simulated.", fault);

        void Work()
        {
            try
            {
                for (ulong seed; (seed = Interlocked.Increment(ref next) - 1) <= last && Volatile.Read(ref fault) is null;)
                    results.Add(Simulation.Run(seed, options));
            }
            catch (InvalidOperationException exception)
            {
                Volatile.Write(ref fault, exception);
            }

            if (Interlocked.Decrement(ref left) == 0)
                results.CompleteAdding();
        }
    }
}
