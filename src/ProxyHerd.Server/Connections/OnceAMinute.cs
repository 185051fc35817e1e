namespace ProxyHerd.Server.Connections;

/// <summary>Lets one event a minute be logged, and counts those that were not.</summary>
internal sealed class OnceAMinute(TimeProvider time)
{
    private readonly Lock _lock = new();
    private long? _last;
    private int _passedOver;

    /// <summary>Whether to log now, and how many were passed over since the last time.</summary>
    public bool IsDue(out int passedOver)
    {
        lock (_lock)
        {
            passedOver = _passedOver;
            if (_last is { } last && time.GetElapsedTime(last) < TimeSpan.FromMinutes(1))
            {
                _passedOver++;
                return false;
            }

            _last = time.GetTimestamp();
            _passedOver = 0;
            return true;
        }
    }
}
