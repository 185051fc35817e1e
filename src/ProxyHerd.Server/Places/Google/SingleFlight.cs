namespace ProxyHerd.Server.Places.Google;

/// <summary>
/// Has whoever asks for the same at the same time share one answer. Nothing is kept once it is there: Google's terms forbid it.
/// </summary>
/// <remarks>As many flights at once as there are questions under way, which is at most one a connection.</remarks>
internal sealed class SingleFlight<TKey, TResult>
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Task<TResult>> _flights = [];

    /// <summary>Joins the flight that is under way for a key, or starts one on a thread of the pool.</summary>
    /// <param name="key">What is asked for.</param>
    /// <param name="start">Starts a flight. It waits for nobody: whoever leaves does not end it for the others.</param>
    /// <param name="joined">Whether there was one.</param>
    public Task<TResult> RunAsync(TKey key, Func<Task<TResult>> start, out bool joined)
    {
        lock (_lock)
        {
            joined = _flights.TryGetValue(key, out var flight);
            if (!joined)
            {
                flight = Task.Run(() => FlyAsync(key, start));
                _flights.Add(key, flight);
            }

            return flight!;
        }
    }

    private async Task<TResult> FlyAsync(TKey key, Func<Task<TResult>> start)
    {
        try
        {
            return await start();
        }
        finally
        {
            lock (_lock)
                _flights.Remove(key);
        }
    }
}
