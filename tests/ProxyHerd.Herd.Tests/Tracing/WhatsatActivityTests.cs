using System.Diagnostics;
using ProxyHerd.Herd.Tracing;

namespace ProxyHerd.Herd.Tests.Tracing;

public sealed class WhatsatActivityTests : IDisposable
{
    private const string Name = "Traced";
    private readonly HerdActivities _activities = new(Name);
    private readonly ActivityRecorder _recorder = new(Name);
    private readonly TestServer _server;

    public WhatsatActivityTests() => _server = new TestServer(name: Name, activities: _activities);

    public void Dispose()
    {
        _recorder.Dispose();
        _activities.Dispose();
    }

    [Fact]
    public async Task Whatsat_AnsweredAtOnce_IsOneActivityEach()
    {
        var client = _server.Connect();
        await client.Send("IAMAT kiwi +1+1 1400794690\nWHATSAT kiwi 10 3\nWHATSAT kiwi 2.5 0\nWHATSAT nobody 10 1\nWHATSAT kiwi 99 1\nfoo\n");
        while (await client.ReceiveLine() != "? foo")
        {
        }

        Assert.Equal(
            [
                "Server WHATSAT proxyherd.whatsat.radius_m=10000 proxyherd.whatsat.bound=3 proxyherd.whatsat.outcome=answered; Unset",
                "Server WHATSAT proxyherd.whatsat.radius_m=2500 proxyherd.whatsat.bound=0 proxyherd.whatsat.outcome=no_places_asked; Unset",
                "Server WHATSAT proxyherd.whatsat.radius_m=10000 proxyherd.whatsat.bound=1 proxyherd.whatsat.outcome=unknown_client; Unset",
            ],
            _recorder.Ended);
        Assert.DoesNotContain("kiwi", string.Join('\n', _recorder.Ended), StringComparison.Ordinal);
    }

    /// <summary>While it waits it is not current for anything else that its thread does.</summary>
    [Fact]
    public async Task Whatsat_WaitsForItsProvider_EndsWithTheAnswer()
    {
        _server.Places.IsAsync = true;
        var client = _server.Connect();
        await client.Send("IAMAT kiwi +1+1 1400794690\nWHATSAT kiwi 10 1\nWHATSAT kiwi 20 1\nfoo\n");
        await Deadline.Until(() => _server.Places.Queries.Count == 1, "for the search");
        Assert.Equal((1, 0), (_recorder.Begun, _recorder.Ended.Count));
        await _server.Places.AnswerAsync(1);
        await Deadline.Until(() => _server.Places.Queries.Count == 2, "for the second");
        await _server.Places.AnswerAsync(2);
        while (await client.ReceiveLine() != "? foo")
        {
        }

        Assert.Equal(2, _recorder.Ended.Count);
        Assert.All(_recorder.Ended, ended => Assert.EndsWith("outcome=answered; Unset", ended, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whatsat_ProviderBreaks_EndsAsAnError()
    {
        _server.Places.Fault = new InvalidOperationException("broken");
        var client = _server.Connect();
        await client.Send("IAMAT kiwi +1+1 1400794690\nWHATSAT kiwi 10 1\n");
        await Assert.ThrowsAsync<InvalidOperationException>(_server.HandlersEnd);

        Assert.EndsWith("outcome=failed; Error", Assert.Single(_recorder.Ended), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherLines_HaveNoActivity()
    {
        var client = _server.Connect();
        await client.Send("IAMAT kiwi +1+1 1400794690\n\nAT X +1 y +1+1 5\nHERD BYE x\nfoo\n");
        while (await client.ReceiveLine() != "? foo")
        {
        }

        Assert.Equal(0, _recorder.Begun);
        Assert.Null(Activity.Current);
    }
}
