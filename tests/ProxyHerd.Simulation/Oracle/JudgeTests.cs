using System.Text;
using ProxyHerd.Simulation.Journals;
using ProxyHerd.Simulation.Network;
using ProxyHerd.Simulation.Servers;
using ProxyHerd.Simulation.Worlds;
using Xunit;

namespace ProxyHerd.Simulation.Oracle;

/// <summary>An oracle that finds nothing proves nothing: here it is shown what it has to find.</summary>
public sealed class JudgeTests
{
    private const string Position = "+34.068930-118.445127";
    private const string Line = "AT Alford +1.000000000 kiwi +34.068930-118.445127 1400794645.000000000";
    private const string Newer = "AT Alford +1.000000000 kiwi +34.068930-118.445127 1400794646.000000000";
    private const string Time = "1400794645.000000000";

    private readonly World _world = new(1, historyOf: null);
    private readonly Ledger _ledger;
    private readonly SimulatedHerd _herd;

    public JudgeTests()
    {
        _ledger = new Ledger(_world, questionsPromise: true);
        _herd = new SimulatedHerd(_world, new HerdSettings { Servers = 2 }, new NetworkSettings(), _ledger);
    }

    [Fact]
    public void Check_EveryServerHoldsWhatWasAcknowledged_FindsNothing()
    {
        Start([Line], [Line]);
        Acknowledge(Line, isCommitted: true);
        Assert.Empty(Found());
    }

    [Fact]
    public void Check_EveryServerHoldsSomethingNewer_FindsNothing()
    {
        Start([Newer], [Newer]);
        Acknowledge(Line, isCommitted: true);
        Assert.Empty(Found());
    }

    [Fact]
    public void Check_OneServerHoldsNothing_FindsALossAndADifference()
    {
        Start([Line], []);
        Acknowledge(Line, isCommitted: true);
        Assert.Contains(Found(), static found => found is { Kind: ViolationKind.Lost, Client: "kiwi" });
        Assert.Contains(Found(), static found => found is { Kind: ViolationKind.Diverged, Client: "kiwi" });
    }

    [Fact]
    public void Check_AllHoldSomethingOlder_FindsALossAlone()
    {
        Start([Line], [Line]);
        Acknowledge(Newer, isCommitted: true);
        Assert.All(Found(), static found => Assert.Equal(ViolationKind.Lost, found.Kind));
        Assert.NotEmpty(Found());
    }

    /// <summary>An answer that made no update promises its time: another line of that time keeps it.</summary>
    [Fact]
    public void Check_AMirrorWasAnswered_ItsTimeAloneIsPromised()
    {
        Start([Line], [Line]);
        Acknowledge(Line.Replace("+34", "+35", StringComparison.Ordinal), isCommitted: false);
        Assert.Empty(Found());
        Acknowledge(Newer, isCommitted: false);
        Assert.All(Found(), static found => Assert.Equal(ViolationKind.Lost, found.Kind));
        Assert.NotEmpty(Found());
    }

    [Fact]
    public void Answered_WithAnotherPosition_IsAWrongAnswer()
    {
        _ledger.Sent("kiwi", Position, Time);
        _ledger.Answered(Encoding.ASCII.GetBytes(Line), "kiwi", "+1+1", Time, isDoubtful: false);
        Assert.Equal(ViolationKind.WrongAnswer, Assert.Single(_ledger.Violations).Kind);
    }

    [Fact]
    public void Shown_BeforeItsCommit_IsAWrongAnswer()
    {
        _ledger.Sent("kiwi", Position, Time);
        _ledger.Shown(Encoding.ASCII.GetBytes(Line), "kiwi", machine: 0, isDoubtful: false);
        Assert.Equal(ViolationKind.WrongAnswer, Assert.Single(_ledger.Violations).Kind);
    }

    [Fact]
    public void Answered_Doubtfully_PromisesNothing()
    {
        _ledger.Sent("kiwi", Position, Time);
        _ledger.Answered(Encoding.ASCII.GetBytes(Line), "kiwi", Position, Time, isDoubtful: true);
        Assert.Empty(_ledger.Promises());
        Assert.Equal(1, _ledger.Doubtful);
    }

    private void Start(params string[][] lines)
    {
        foreach (var (machine, held) in _herd.Machines.Zip(lines))
        {
            machine.Disk.Write(new DiskCommit([.. held.Select(Held)], [], 1));
            machine.Start();
        }

        _world.Run(TimeSpan.FromMicroseconds(1));
    }

    private void Acknowledge(string line, bool isCommitted)
    {
        var fields = line.Split(' ');
        _ledger.Sent(fields[3], fields[4], fields[5]);
        if (isCommitted)
            _ledger.Committed(_herd.Machines[0].Process!, new DiskCommit([Held(line)], [], 1));
        _ledger.Answered(Encoding.ASCII.GetBytes(line), fields[3], fields[4], fields[5], isDoubtful: false);
    }

    private IReadOnlyList<Violation> Found()
    {
        Judge.Check(_herd.Machines, _ledger, long.MinValue);
        return _ledger.Violations;
    }

    private static DiskLine Held(string line)
    {
        var bytes = Encoding.ASCII.GetBytes(line);
        return new DiskLine("kiwi", 1, System.IO.Hashing.XxHash3.HashToUInt64(bytes), bytes, IsRemoval: false);
    }
}
