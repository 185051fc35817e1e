using System.IO.Pipelines;
using ProxyHerd.Herd.Connections;

namespace ProxyHerd.Herd.Tests.Connections;

/// <summary>Small replies of many connections are flushed in a group, and none of them is lost or left behind.</summary>
public sealed class GroupFlushTests
{
    private readonly TestTime _time = new();
    private readonly HeldScheduler _scheduler = new();

    [Fact]
    public void IsWorthwhile_OneConnection_IsNever()
    {
        var group = new GroupFlush(_time, _scheduler);
        var member = GroupFlush.NextMember();
        group.IsWorthwhile(member, 100);
        Assert.False(group.IsWorthwhile(member, 100));
    }

    [Fact]
    public void IsWorthwhile_AnotherConnectionOfTheSameRound_IsForSmallRepliesAlone()
    {
        var group = new GroupFlush(_time, _scheduler);
        Assert.True(IsWorthwhileForAnother(group, 1024));
        Assert.False(IsWorthwhileForAnother(group, 1025));
        _time.Advance(TimeSpan.FromMicroseconds(11));
        Assert.False(group.IsWorthwhile(GroupFlush.NextMember(), 100));
    }

    [Fact]
    public void IsWorthwhile_AfterTooSmallAGroup_IsAgainAfterAWhile()
    {
        var group = new GroupFlush(_time, _scheduler);
        var turn = group.JoinAsync(new GroupFlushMember());
        _scheduler.Run();
        Assert.True(turn.IsCompletedSuccessfully);
        var direct = 0;
        while (!IsWorthwhileForAnother(group, 100))
            direct++;
        Assert.Equal(256, direct);
    }

    [Fact]
    public void JoinAsync_SeveralMembers_AreOneGroupInOrder()
    {
        var group = new GroupFlush(_time, _scheduler);
        var turns = new List<int>();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 10; i++)
                _ = TakeTurnAsync(group, i, turns);
            Assert.Empty(turns);
            Assert.Equal(1, _scheduler.Count);
            _scheduler.Run();
            Assert.Equal(Enumerable.Range(0, 10), turns);
            turns.Clear();
        }
    }

    [Fact]
    public async Task Replies_OfManyConnections_AllLeaveWithTheirGroup()
    {
        var server = new TestServer(time: _time, flushScheduler: _scheduler);
        var clients = Enumerable.Range(0, 20).Select(_ => server.Connect()).ToList();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < clients.Count; i++)
                await clients[i].SendLine($"IAMAT car{i} +1+1 140079469{round}");
            await Deadline.Until(
                () =>
                {
                    _scheduler.Run();
                    return server.Herd.Feed.Head == clients.Count * (round + 1);
                },
                "for the updates");
            for (var i = 0; i < clients.Count; i++)
            {
                var reply = clients[i].ReceiveLine();
                await Deadline.Until(
                    () =>
                    {
                        _scheduler.Run();
                        return reply.IsCompleted;
                    },
                    "for a reply");
                Assert.EndsWith($" car{i} +1+1 140079469{round}", await reply, StringComparison.Ordinal);
            }
        }
    }

    private static bool IsWorthwhileForAnother(GroupFlush group, long bytes)
    {
        group.IsWorthwhile(GroupFlush.NextMember(), long.MaxValue);
        return group.IsWorthwhile(GroupFlush.NextMember(), bytes);
    }

    private static async Task TakeTurnAsync(GroupFlush group, int number, List<int> turns)
    {
        // Not on the test's own context: a turn is taken on the thread that gives it.
        await group.JoinAsync(new GroupFlushMember()).ConfigureAwait(false);
        turns.Add(number);
    }

    /// <summary>Runs what was asked for when the test says so.</summary>
    private sealed class HeldScheduler : PipeScheduler
    {
        private readonly Queue<(Action<object?> Action, object? State)> _held = new();

        public int Count
        {
            get
            {
                lock (_held)
                    return _held.Count;
            }
        }

        public override void Schedule(Action<object?> action, object? state)
        {
            lock (_held)
                _held.Enqueue((action, state));
        }

        public void Run()
        {
            while (true)
            {
                (Action<object?> Action, object? State) next;
                lock (_held)
                {
                    if (!_held.TryDequeue(out next))
                        return;
                }

                next.Action(next.State);
            }
        }
    }
}
