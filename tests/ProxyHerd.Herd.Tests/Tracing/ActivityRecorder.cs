using System.Collections.Concurrent;
using System.Diagnostics;
using ProxyHerd.Herd.Tracing;

namespace ProxyHerd.Herd.Tests.Tracing;

/// <summary>Records the activities of one server, which has a name of its own, since every test hears every source.</summary>
internal sealed class ActivityRecorder : IDisposable
{
    private readonly ActivityListener _listener;
    private readonly ConcurrentQueue<Activity> _ended = [];
    private int _count;

    public ActivityRecorder(string server)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == HerdActivities.SourceNameOf(server),
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = _ => Interlocked.Increment(ref _count),
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Activities begun.</summary>
    public int Begun => Volatile.Read(ref _count);

    /// <summary>Those that have ended, as <c>kind name key=value …; status</c>.</summary>
    public List<string> Ended => [.. _ended.Select(Describe)];

    public void Dispose() => _listener.Dispose();

    private static string Describe(Activity activity) =>
        $"{activity.Kind} {activity.DisplayName} {string.Join(' ', activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))}; {activity.Status}"
        + (activity.Parent is { } parent ? $" below {parent.DisplayName}" : "");
}
