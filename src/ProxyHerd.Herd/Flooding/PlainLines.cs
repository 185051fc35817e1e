using ProxyHerd.Herd.Metrics;
using ProxyHerd.Herd.Requests;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Flooding;

/// <summary>What a plain neighbour says on a connection that we dialled: AT lines are believed, all else is dropped.</summary>
internal sealed class PlainLines(HerdServer server, NeighbourCounts counts, int origin) : ILinkLines
{
    private readonly byte[] _scratch = new byte[AtLine.BytesMax + 1];
    private RequestBatch _batch;
    private long _bytes;

    void ILinkLines.BeginRead()
    {
        _batch = new RequestBatch(server.Store.NowNanoseconds);
        _bytes = 0;
    }

    bool ILinkLines.Handle(ReadOnlySpan<byte> line)
    {
        var verb = Verbs.Of(line);
        _batch.Counts.Lines[(int)verb]++;
        _bytes += line.Length + 1;
        if (verb == Verb.At)
            NeighbourUpdates.TryAccept(server.Store, line, origin, _scratch, ref _batch);
        return true;
    }

    void ILinkLines.HandleTooLong() => _batch.Counts.Malformed++;

    async ValueTask<bool> ILinkLines.EndReadAsync(bool isCanceled)
    {
        counts.Received(_batch.Counts.LinesSeen, _bytes);
        server.Metrics.Add(ref _batch.Counts);
        await server.Committer.WaitAsync(_batch.Commit);
        return !isCanceled;
    }
}
