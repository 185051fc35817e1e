using System.Diagnostics;

namespace ProxyHerd.Herd.Tracing;

/// <summary>The activities of one server: one a WHATSAT, and one a session of a link. IAMAT has none.</summary>
/// <remarks>
/// Whoever listens finds a server by the source's name: in a process of several each exports its own alone. What nobody
/// listens to is not made. No tag holds a client ID or an address.
/// </remarks>
/// <param name="server">The server's name.</param>
public sealed class HerdActivities(string server) : IDisposable
{
    /// <summary>The name of a WHATSAT's activity; what its provider does is below it.</summary>
    public const string Whatsat = "WHATSAT";

    /// <summary>The name of a link session's activity.</summary>
    public const string LinkSession = "link session";

    /// <summary>Tag of a WHATSAT: one of <see cref="WhatsatOutcome"/>.</summary>
    internal const string Outcome = "proxyherd.whatsat.outcome";

    private readonly ActivitySource _source = new(SourceNameOf(server));

    /// <summary>The name of a server's source.</summary>
    public static string SourceNameOf(string server) => $"ProxyHerd.{server}";

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    /// <summary>Begins a WHATSAT, which is current from now on until <see cref="Leave"/>.</summary>
    internal Activity? StartWhatsat(double radiusMeters, int bound)
    {
        var activity = _source.StartActivity(Whatsat, ActivityKind.Server);
        activity?.SetTag("proxyherd.whatsat.radius_m", radiusMeters);
        activity?.SetTag("proxyherd.whatsat.bound", bound);
        return activity;
    }

    /// <summary>Begins a session of a link.</summary>
    /// <param name="neighbour">The neighbour's name.</param>
    /// <param name="isDialled">Whether this server dialled it.</param>
    internal Activity? StartLinkSession(string neighbour, bool isDialled)
    {
        if (!_source.HasListeners())
            return null;
        var outer = Activity.Current;
        var activity = _source.StartActivity(LinkSession, isDialled ? ActivityKind.Client : ActivityKind.Server);
        activity?.SetTag("proxyherd.link.neighbour", neighbour);

        // It lasts for days: nothing that happens meanwhile is to stand below it by accident.
        Activity.Current = outer;
        return activity;
    }

    /// <summary>The thread leaves a WHATSAT, to serve others.</summary>
    /// <param name="activity">The activity, if there is one.</param>
    /// <param name="outcome">How it ended; null if it goes on.</param>
    internal static void Leave(Activity? activity, string? outcome)
    {
        if (activity is null)
            return;
        if (outcome is not null)
            End(activity, outcome);
        else if (Activity.Current == activity)
            Activity.Current = activity.Parent;
    }

    /// <summary>Ends a WHATSAT.</summary>
    internal static void End(Activity? activity, string outcome)
    {
        if (activity is null)
            return;
        activity.SetTag(Outcome, outcome);
        if (outcome == WhatsatOutcome.Failed)
            activity.SetStatus(ActivityStatusCode.Error);
        activity.Dispose();
    }

    /// <summary>Ends a session of a link.</summary>
    /// <param name="activity">The activity, if there is one.</param>
    /// <param name="reason">How it ended, in the log's words.</param>
    /// <param name="wasUp">Whether the greeting came to its end.</param>
    internal static void EndLinkSession(Activity? activity, string reason, bool wasUp)
    {
        if (activity is null)
            return;
        activity.SetTag("proxyherd.link.end", reason);
        if (!wasUp)
            activity.SetStatus(ActivityStatusCode.Error, reason);
        activity.Dispose();
    }
}
