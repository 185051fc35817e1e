using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using ProxyHerd.Herd.Requests;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Connections;

/// <summary>
/// The read loop of a client: every complete line of a read one after another, one flush a read. It ends when the client
/// does, when the server stops, or when the peer turns out to be a neighbour.
/// </summary>
internal sealed class ClientConnection(HerdServer server, ConnectionContext connection, RequestSource source)
{
    private readonly PipeReader _input = connection.Transport.Input;
    private readonly PipeWriter _output = connection.Transport.Output;
    private readonly PipeScheduler? _scheduler = connection.Features.Get<IConnectionScheduler>()?.Scheduler;
    private RequestBatch _batch;
    private long _batchBegan;
    private int _batchVerbs;
    private WhatsatReply _whatsat;

    private enum ReadStatus
    {
        /// <summary>Every complete line has been answered.</summary>
        NeedsMore,

        /// <summary>So much has been written that it has to go out first.</summary>
        NeedsFlush,

        /// <summary>A WHATSAT waits for its provider; what stands behind it is left.</summary>
        NeedsPlaces,

        /// <summary>A neighbour's HELLO stands next.</summary>
        SaysHello,

        /// <summary>Nothing more can be read.</summary>
        Closes,
    }

    /// <summary>Serves the client.</summary>
    /// <returns>True if a neighbour's HELLO stands next in the input, and the connection is a link's from now on.</returns>
    public async Task<bool> RunAsync()
    {
        long bytesWithoutPause = 0;
        while (true)
        {
            var read = _input.ReadAsync();
            if (!read.IsCompleted)
                bytesWithoutPause = 0;
            var result = await read;
            var buffer = result.Buffer;
            bytesWithoutPause += buffer.Length;
            var consumed = buffer.Start;
            var status = ReadStatus.NeedsMore;
            try
            {
                do
                {
                    status = HandleLines(buffer, result.IsCompleted, out consumed);
                    buffer = buffer.Slice(consumed);
                    if (!await FlushAsync())
                        return false;
                    server.Metrics.Durations.End(_batchVerbs, _batchBegan);
                    if (status == ReadStatus.NeedsPlaces)
                        WritePlaces(await _whatsat.PlacesAsync());
                    else if (status == ReadStatus.NeedsFlush)
                        await Task.Yield();
                }
                while (status is ReadStatus.NeedsFlush or ReadStatus.NeedsPlaces);
            }
            finally
            {
                _input.AdvanceTo(consumed, status is ReadStatus.SaysHello ? consumed : buffer.End);
            }

            if (status == ReadStatus.SaysHello)
                return true;
            if (status == ReadStatus.Closes || result.IsCompleted || result.IsCanceled)
                return false;
            if (bytesWithoutPause > ConnectionLimits.InlineBytesMax)
            {
                bytesWithoutPause = 0;
                await Task.Yield();
            }
        }
    }

    [SkipLocalsInit]
    private ReadStatus HandleLines(in ReadOnlySequence<byte> buffer, bool isFinal, out SequencePosition consumed)
    {
        Span<byte> gathered = stackalloc byte[HerdLine.BytesMax + 1];
        Span<byte> scratch = stackalloc byte[AtLine.BytesMax + 1];
        var reader = new LineReader(buffer, gathered, server.ConnectionLimits.LineBytesMax, isFinal);
        var traffic = TrafficLog.Begin(server.Traffic);
        var replies = new ReplyWriter(_output, traffic);
        var batch = new RequestBatch(server.Store.NowNanoseconds);
        _batchBegan = server.Metrics.Durations.Begin();
        var status = ReadStatus.NeedsMore;
        while (true)
        {
            consumed = reader.Consumed;
            var lineStatus = reader.Read(out var line);
            if (lineStatus == LineStatus.Incomplete)
                break;
            traffic?.Received(source.Peer, line);
            if (lineStatus == LineStatus.TooLong)
            {
                RequestHandler.Refuse(line, ref replies);
                traffic?.Sent(source.Peer);
                status = ReadStatus.Closes;
                break;
            }

            var request = server.Requests.Handle(line, reader.Behind, source, ref batch, ref replies, scratch, out _whatsat);
            traffic?.Sent(source.Peer);
            if (request == RequestStatus.SaysHello)
            {
                status = ReadStatus.SaysHello;
                break;
            }

            if (request == RequestStatus.WaitsForPlaces || replies.Length >= ConnectionLimits.FlushBytes)
            {
                consumed = reader.Consumed;
                status = request == RequestStatus.WaitsForPlaces ? ReadStatus.NeedsPlaces : ReadStatus.NeedsFlush;
                break;
            }
        }

        replies.Complete();
        _batchVerbs = batch.Counts.VerbsSeen;
        if (status == ReadStatus.NeedsPlaces && batch.Counts.Lines[(int)Verb.Whatsat] == 1)
            _batchVerbs &= ~(1 << (int)Verb.Whatsat);
        server.Metrics.Add(ref batch.Counts);
        _batch = batch;
        return status;
    }

    private void WritePlaces(ReadOnlyMemory<byte> json)
    {
        var traffic = TrafficLog.Begin(server.Traffic);
        var replies = new ReplyWriter(_output, traffic);
        RequestHandler.WritePlaces(_whatsat.Line.Span, json.Span, ref replies);
        replies.Complete();
        traffic?.Sent(source.Peer);
        server.Metrics.Durations.End(1 << (int)Verb.Whatsat, _batchBegan);
    }

    /// <summary>Lets the replies out once what they speak of is committed.</summary>
    /// <returns>False if nobody reads them any more.</returns>
    private ValueTask<bool> FlushAsync()
    {
        var commit = server.MayAnswerAsync(_batch, _scheduler);
        if (!commit.IsCompletedSuccessfully)
            return CommitThenFlushAsync(commit);
        if (_output.UnflushedBytes == 0)
            return ValueTask.FromResult(true);
        return FlushWithinLimitAsync(_output.FlushAsync());
    }

    private async ValueTask<bool> CommitThenFlushAsync(ValueTask commit)
    {
        await commit;
        return await FlushWithinLimitAsync(_output.FlushAsync());
    }

    /// <summary>Waits for a client that reads slower than it asks, but not for ever.</summary>
    private async ValueTask<bool> FlushWithinLimitAsync(ValueTask<FlushResult> flush)
    {
        if (flush.IsCompletedSuccessfully)
            return !flush.Result.IsCompleted;
        using var limit = server.Time.CreateTimer(_ => Cut(), null, ConnectionLimits.UnreadTimeMax, Timeout.InfiniteTimeSpan);
        return !(await flush).IsCompleted;
    }

    private void Cut()
    {
        server.Log.ClientDoesNotRead(source.Peer, ConnectionLimits.UnreadBytesMax, ConnectionLimits.UnreadTimeMax);
        connection.Abort(new ConnectionAbortedException("The client does not read its replies."));
    }
}
