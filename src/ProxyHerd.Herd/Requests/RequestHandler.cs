using System.Diagnostics;
using ProxyHerd.Herd.Connections;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Herd.Places;
using ProxyHerd.Herd.Topology;
using ProxyHerd.Herd.Tracing;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Requests;

/// <summary>Answers one line of a client.</summary>
internal sealed class RequestHandler(LocationStore store, ServerIdentity identity, IPlacesProvider places, HerdActivities? activities)
{
    /// <summary>What a bound of 0 is answered with; it asks nobody.</summary>
    private static ReadOnlySpan<byte> NoPlaces => """
        {
          "html_attributions": [],
          "results": [],
          "status": "OK"
        }
        """u8;

    /// <summary>Answers a line, or says what its connection has to do.</summary>
    /// <param name="line">The line.</param>
    /// <param name="behind">What was read behind it, as far as that is at hand.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="batch">The read that it is part of.</param>
    /// <param name="replies">Where the reply goes.</param>
    /// <param name="scratch">At least <see cref="AtLine.BytesMax"/> bytes.</param>
    /// <param name="whatsat">What to wait for, if that is the status.</param>
    public RequestStatus Handle(
        scoped ReadOnlySpan<byte> line,
        scoped ReadOnlySpan<byte> behind,
        RequestSource source,
        ref RequestBatch batch,
        ref ReplyWriter replies,
        scoped Span<byte> scratch,
        out WhatsatReply whatsat)
    {
        whatsat = default;
        var isFetched = batch.Ahead != 0;
        if (isFetched)
            store.FetchRecord(batch.Ahead);
        batch.Ahead = FetchAhead(behind);
        var verb = Verbs.Of(line);
        batch.Counts.Lines[(int)verb]++;
        switch (verb)
        {
            case Verb.Blank:
                return RequestStatus.Done;
            case Verb.Iamat when source.Kind != ConnectionKind.Links && IamatLine.TryParse(line, out var iamat):
                if (!isFetched)
                    store.Fetch(iamat.ClientId);
                Iamat(iamat, line, ref batch, ref replies, scratch);
                return RequestStatus.Done;
            case Verb.Whatsat when source.Kind != ConnectionKind.Links && WhatsatLine.TryParse(line, out var question):
                return Whatsat(question, line, source, ref batch, ref replies, scratch, out whatsat);
            case Verb.At when TakePlainAt(line, source, ref batch, scratch):
                return RequestStatus.Done;
            case Verb.Herd when source.Kind != ConnectionKind.Clients && source.MayBeNeighbour && IsHello(line):
                // The link counts the line when it reads it again.
                batch.Counts.Lines[(int)verb]--;
                return RequestStatus.SaysHello;
            case Verb.Unknown when source.IsPlainNeighbour && line.TrimStart(" \t\r\v\f"u8).StartsWith("?"u8):
                return RequestStatus.Done;
            default:
                Refuse(line, ref replies);
                return RequestStatus.Done;
        }
    }

    /// <summary><c>? LINE</c></summary>
    public static void Refuse(scoped ReadOnlySpan<byte> line, ref ReplyWriter replies)
    {
        replies.Write("? "u8);
        replies.Write(line);
        replies.Write("\n"u8);
    }

    /// <summary>An AT line, the provider's JSON and an empty line.</summary>
    public static void WritePlaces(scoped ReadOnlySpan<byte> line, scoped ReadOnlySpan<byte> json, ref ReplyWriter replies)
    {
        replies.Write(line);
        replies.Write("\n"u8);
        replies.Write(json);
        replies.Write("\n\n"u8);
    }

    /// <summary>
    /// Has the store's entry for the next line's client come from memory while this line is handled: for one of many clients
    /// that takes about as long.
    /// </summary>
    private ulong FetchAhead(scoped ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("IAMAT "u8))
            return 0;
        line = line["IAMAT "u8.Length..];
        var end = line[..Math.Min(line.Length, Names.ClientIdBytesMax + 1)].IndexOf((byte)' ');
        return end > 0 ? store.FetchEntry(line[..end]) : 0;
    }

    private void Iamat(
        scoped IamatLine iamat, scoped ReadOnlySpan<byte> line, ref RequestBatch batch, ref ReplyWriter replies, scoped Span<byte> scratch)
    {
        Span<byte> skew = stackalloc byte[PosixTime.SkewBytesMax];
        var at = AtLine.From(identity.NameBytes.Span, batch.Now - iamat.TimeNanoseconds, iamat, skew);
        var length = at.CopyTo(scratch);
        var acceptance = store.AcceptFromClient(at, scratch, ref length, batch.Now);
        batch.Counts.Updates[(int)acceptance.Outcome]++;
        batch.WaitFor(acceptance.Commit);
        if (acceptance.Outcome is AcceptOutcome.AheadOfClock or AcceptOutcome.Full)
        {
            Refuse(line, ref replies);
            return;
        }

        batch.Acknowledges = true;
        if (acceptance.Outcome == AcceptOutcome.Accepted && (store.Mistakes & Mistakes.AnsweredThoughSuperseded) != 0)
            (batch.Accepted ??= []).Add((iamat.ClientId.ToArray(), iamat.TimeNanoseconds));

        // Accepted and stale are answered with the line made of the request, which for a stale one is its mirror.
        scratch[length] = (byte)'\n';
        replies.Write(scratch[..(length + 1)]);
    }

    private RequestStatus Whatsat(
        scoped WhatsatLine question,
        scoped ReadOnlySpan<byte> line,
        RequestSource source,
        ref RequestBatch batch,
        ref ReplyWriter replies,
        scoped Span<byte> scratch,
        out WhatsatReply whatsat)
    {
        whatsat = default;
        var activity = activities?.StartWhatsat(question.RadiusMeters, question.Bound);
        string? outcome = WhatsatOutcome.Failed;
        try
        {
            whatsat = Search(question, line, source, ref batch, ref replies, scratch, activity, out outcome);
            return outcome is null ? RequestStatus.WaitsForPlaces : RequestStatus.Done;
        }
        finally
        {
            HerdActivities.Leave(activity, outcome);
        }
    }

    /// <summary>Answers a WHATSAT, unless its places are still to come: then the outcome is null, and what to wait for is returned.</summary>
    private WhatsatReply Search(
        scoped WhatsatLine question,
        scoped ReadOnlySpan<byte> line,
        RequestSource source,
        ref RequestBatch batch,
        ref ReplyWriter replies,
        scoped Span<byte> scratch,
        Activity? activity,
        out string? outcome)
    {
        outcome = WhatsatOutcome.Failed;
        var length = store.Find(question.ClientId, scratch, out var commit);
        if (length == 0 || !AtLine.TryParse(scratch[..length], out var at) || !Position.TryParse(at.Position, out var position))
        {
            Refuse(line, ref replies);
            outcome = WhatsatOutcome.UnknownClient;
            return default;
        }

        batch.WaitFor(commit);
        if (question.Bound == 0)
        {
            WritePlaces(scratch[..length], NoPlaces, ref replies);
            outcome = WhatsatOutcome.NoPlacesAsked;
            return default;
        }

        var query = new PlacesQuery(position.Latitude, position.Longitude, question.RadiusMeters, question.Bound) { Asker = source.Address };
        var answer = places.SearchAsync(query, CancellationToken.None);
        if (!answer.IsCompletedSuccessfully)
        {
            outcome = null;
            return new WhatsatReply(scratch[..length].ToArray(), answer, activity);
        }

        WritePlaces(scratch[..length], answer.Result.Span, ref replies);
        outcome = WhatsatOutcome.Answered;
        return default;
    }

    /// <summary>Takes an AT line of a neighbour that knows no HERD lines; a stranger's is not taken.</summary>
    private bool TakePlainAt(scoped ReadOnlySpan<byte> line, RequestSource source, ref RequestBatch batch, scoped Span<byte> scratch)
    {
        if (!source.IsPlainNeighbour || source.Kind == ConnectionKind.Clients)
        {
            batch.Counts.Strangers++;
            return false;
        }

        NeighbourUpdates.TryAccept(store, line, source.PlainOrigin, scratch, ref batch);
        return true;
    }

    private static bool IsHello(ReadOnlySpan<byte> line) => HerdLine.TryParse(line, out var herd) && herd.Kind == HerdKind.Hello;
}
