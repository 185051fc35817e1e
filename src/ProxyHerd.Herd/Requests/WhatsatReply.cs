using System.Diagnostics;
using ProxyHerd.Herd.Tracing;

namespace ProxyHerd.Herd.Requests;

/// <summary>A WHATSAT whose places are not there yet.</summary>
/// <param name="Line">The client's AT line.</param>
/// <param name="Places">The provider's answer to come.</param>
/// <param name="Activity">What ends with it, if anybody traces it.</param>
internal readonly record struct WhatsatReply(ReadOnlyMemory<byte> Line, ValueTask<ReadOnlyMemory<byte>> Places, Activity? Activity)
{
    /// <summary>Waits for the answer, and ends the activity.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> PlacesAsync()
    {
        var outcome = WhatsatOutcome.Failed;
        try
        {
            var places = await Places;
            outcome = WhatsatOutcome.Answered;
            return places;
        }
        finally
        {
            HerdActivities.End(Activity, outcome);
        }
    }
}
