using ProxyHerd.Herd.Tests.Flooding;
using ProxyHerd.Herd.Tracing;

namespace ProxyHerd.Herd.Tests.Tracing;

public sealed class LinkActivityTests : IDisposable
{
    private const string Name = "TracedLinks";
    private readonly HerdActivities _activities = new(Name);
    private readonly ActivityRecorder _recorder = new(Name);
    private readonly TestHerd _herd = new($"{Name}-Parker");
    private readonly TestPeer _parker;

    public LinkActivityTests() => _parker = _herd.Play("Parker");

    public void Dispose()
    {
        _recorder.Dispose();
        _activities.Dispose();
    }

    [Fact]
    public async Task DialledSession_FromConnectToEnd_IsOneActivity()
    {
        _herd.Start(Name, activities: _activities);
        var link = await _parker.GreetAsync(Name, "- 0", "0");
        Assert.Equal((1, 0), (_recorder.Begun, _recorder.Ended.Count));
        await link.SendLine("HERD BYE stopping");
        await Deadline.Until(() => _recorder.Ended.Count == 1, "for the end");

        Assert.Equal(
            "Client link session proxyherd.link.neighbour=Parker proxyherd.link.end=it said BYE stopping; Unset",
            _recorder.Ended[0]);
    }

    [Fact]
    public async Task DialledSession_GreetingFails_IsAnError()
    {
        _herd.Start(Name, activities: _activities);
        var link = await _parker.AcceptAsync();
        await link.ReceiveLine();
        await link.SendLine("HERD BYE not-neighbours");
        await Deadline.Until(() => _recorder.Ended.Count == 1, "for the end");

        Assert.Equal(
            "Client link session proxyherd.link.neighbour=Parker proxyherd.link.end=it said BYE not-neighbours; Error",
            _recorder.Ended[0]);
    }

    [Fact]
    public async Task ListenedSession_FromItsProofToItsEnd_IsOneActivity()
    {
        _herd.Network.Unlisten(_herd.HostOf("Parker"));
        _herd.Start(Name, activities: _activities);
        var link = await _parker.DialAsync(Name);
        Assert.Equal((1, 0), (_recorder.Begun, _recorder.Ended.Count));
        await link.SendEnd();
        await Deadline.Until(() => _recorder.Ended.Count == 1, "for the end");

        Assert.Equal(
            "Server link session proxyherd.link.neighbour=Parker proxyherd.link.end=the neighbour closed; Unset",
            _recorder.Ended[0]);
    }
}
