using ProxyHerd.Herd.Places;

namespace ProxyHerd.Server.Places.Google;

/// <summary>One search under way, with what its tries have come to. It rides on the request; its tries come one after another.</summary>
/// <param name="query">What is asked for.</param>
/// <param name="deadline">The <see cref="TimeProvider"/> timestamp at which it is given up.</param>
internal sealed class GoogleSearch(PlacesQuery query, long deadline)
{
    private static readonly HttpRequestOptionsKey<GoogleSearch> Key = new("ProxyHerd.Places.Search");

    private int _repliesForOnce;

    /// <summary>What is asked for.</summary>
    public PlacesQuery Query { get; } = query;

    /// <summary>The timestamp at which it is given up.</summary>
    public long Deadline { get; } = deadline;

    /// <summary>What the last try has come to; null while one is under way, or if it came to nothing.</summary>
    public GoogleReply? Reply { get; private set; }

    /// <summary>Whether the last reply is a reason to ask once more, as far as tries go.</summary>
    public bool MayTryAgain => Reply?.TryAgain switch
    {
        TryAgain.WhileTriesLast => true,
        TryAgain.Once => _repliesForOnce == 1,
        _ => false,
    };

    /// <summary>The search that a request is made for.</summary>
    public static GoogleSearch Of(HttpRequestMessage request) =>
        request.Options.TryGetValue(Key, out var search) ? search : throw new InvalidOperationException("The request is no search's.");

    /// <summary>Has a request carry it.</summary>
    public void RideOn(HttpRequestMessage request) => request.Options.Set(Key, this);

    /// <summary>A try begins.</summary>
    public void Begin() => Reply = null;

    /// <summary>A try has come to something.</summary>
    public void End(GoogleReply reply)
    {
        Reply = reply;
        if (reply.TryAgain == TryAgain.Once)
            _repliesForOnce++;
    }
}
