using ProxyHerd.Herd.Tests.Commits;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Tests.Connections;

/// <summary>No reply leaves before the line that it speaks of, or was compared with, is committed.</summary>
public sealed class CommitBeforeReplyTests
{
    private const string At = "AT Alford +9.500907800 kiwi +1+1 1400794690";

    private readonly GatedJournal _journal = new();
    private readonly TestServer _server;

    public CommitBeforeReplyTests() => _server = new TestServer(journal: _journal);

    [Fact]
    public async Task Replies_OfAnUncommittedLine_WaitForItsCommit()
    {
        var accepted = _server.Connect();
        await accepted.SendLine("hello");
        await accepted.ReceiveLine("? hello");
        await accepted.SendLine("IAMAT kiwi +1+1 1400794690");
        var write = await _journal.NextAsync();

        var (same, stale, asks, asksNobody) = (_server.Connect(), _server.Connect(), _server.Connect(), _server.Connect());
        await same.SendLine("IAMAT kiwi +1+1 1400794690");
        await stale.SendLine("IAMAT kiwi +2+2 1400794680");
        await asks.SendLine("WHATSAT kiwi 10 5");
        await asksNobody.Send("first\nWHATSAT kiwi 10 0\n");
        var unknown = _server.Connect();
        await unknown.SendLine("WHATSAT nobody 10 5");
        await unknown.ReceiveLine("? WHATSAT nobody 10 5");
        await Deadline.Until(() => Handled(Verb.Iamat) == 3 && Handled(Verb.Whatsat) == 3, "for the lines to be handled");
        foreach (var client in (Transcript[])[accepted, same, stale, asks, asksNobody])
            Assert.False(client.HasMore(), $"{client} is answered before the commit");

        write.Complete();
        await accepted.ReceiveLine(At);
        await same.ReceiveLine(At);
        await stale.ReceiveLine("AT Alford +19.500907800 kiwi +2+2 1400794680");
        await asks.Receive($"{At}\n{TestPlaces.Json(1)}\n\n");
        await asksNobody.Receive($"? first\n{At}\n{{");

        // Now that it is committed, nothing is written for what changes nothing.
        await same.SendLine("IAMAT kiwi +1+1 1400794690");
        await same.ReceiveLine(At);
        Assert.Equal(1, _journal.Count);
    }

    /// <summary>A host closes the pipe after any fault, and what was written until then would leave.</summary>
    [Fact]
    public async Task Replies_BeforeAFaultThatNobodyExpected_NeverLeave()
    {
        _server.Places.Fault = new NotSupportedException("A mistake.");
        var (dialled, accepted) = MemoryConnection.Pair();
        accepted.RemoteEndPoint = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 50_000);
        var client = new Transcript(dialled);
        var handler = _server.Accept(accepted);
        var updates = string.Concat(Enumerable.Range(0, 200).Select(i => $"IAMAT kiwi{i} +1+1 1400794690\n"));
        await client.Send($"{updates}WHATSAT kiwi1 10 5\n");
        await Assert.ThrowsAsync<NotSupportedException>(() => handler);
        await accepted.DisposeAsync();
        await client.ReceiveEnd();
    }

    [Fact]
    public async Task Whatsat_OfALineInTheNextBatch_WaitsForThatOne()
    {
        var (client, asker) = (_server.Connect(), _server.Connect());
        await client.SendLine("IAMAT kiwi +1+1 1400794680");
        var first = await _journal.NextAsync();
        var other = _server.Connect();
        await other.SendLine("IAMAT kiwi +1+1 1400794690");
        await Deadline.Until(() => Handled(Verb.Iamat) == 2, "for the second line");
        await asker.SendLine("WHATSAT kiwi 10 5");
        await Deadline.Until(() => Handled(Verb.Whatsat) == 1, "for the question");
        first.Complete();
        await client.ReceiveLine("AT Alford +19.500907800 kiwi +1+1 1400794680");
        var second = await _journal.NextAsync();
        Assert.False(asker.HasMore() || other.HasMore());
        second.Complete();
        await other.ReceiveLine(At);
        await asker.ReceiveLine(At);
    }

    [Fact]
    public async Task Whatsat_ProviderAnswersBeforeTheCommit_StillWaits()
    {
        _server.Places.IsAsync = true;
        var client = _server.Connect();
        await client.Send("IAMAT kiwi +1+1 1400794690\nWHATSAT kiwi 10 5\n");
        var write = await _journal.NextAsync();
        await _server.Places.AnswerAsync(1);
        Assert.False(client.HasMore());
        write.Complete();
        await client.Receive($"{At}\n{At}\n{TestPlaces.Json(1)}\n\n");
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(TimeoutException))]
    [InlineData(typeof(OperationCanceledException))]
    public async Task Journal_Fails_NothingIsAnsweredAndConnectionsAreAborted(Type fault)
    {
        var (accepted, same, asks) = (_server.Connect(), _server.Connect(), _server.Connect());
        await accepted.Send("hello\nIAMAT kiwi +1+1 1400794690\n");
        var write = await _journal.NextAsync();
        await same.SendLine("IAMAT kiwi +1+1 1400794690");
        await asks.SendLine("WHATSAT kiwi 10 5");
        await Deadline.Until(() => Handled(Verb.Iamat) == 2 && Handled(Verb.Whatsat) == 1, "for the lines to be handled");
        write.Fail((Exception)Activator.CreateInstance(fault, "disk")!);
        await _server.HandlersEnd();
        var late = _server.Connect();
        await late.SendLine("IAMAT kiwi +1+1 1400794690");
        foreach (var client in (Transcript[])[accepted, same, asks, late])
        {
            await client.ReceiveEnd();
            Assert.True(client.Connection.IsAborted);
        }

        Assert.Equal(4, _server.Log.Of(114).Count());
    }

    private long Handled(Verb verb) => _server.Herd.Metrics.Lines(verb);
}
