using ProxyHerd.Herd.Tests.Commits;

namespace ProxyHerd.Herd.Tests.Flooding;

/// <summary>Servers whose disks are kept, wiped, restored from a backup or cloned.</summary>
public sealed class RestoredHerdTests
{
    private readonly TestHerd _herd = new("Alford-Parker", "Parker-Hamilton");
    private readonly Dictionary<string, KeptJournal> _journals = new()
    {
        ["Alford"] = new(),
        ["Parker"] = new(),
        ["Hamilton"] = new(),
    };

    [Fact]
    public async Task Restarted_OnItsOwnDisk_GoesOnAndSendsNothingAgain()
    {
        await StartAllAsync();
        var before = Lines("Hamilton");
        await RestartAsync("Parker", _journals["Parker"]);
        Assert.Equal(before, Lines("Hamilton")); // HAVE holds for the earlier boot
        await _herd.SayAsync("Parker", "IAMAT more +1+1 1400794690");
        await _herd.UntilEqual(31);
        Assert.Equal(before + 1, Lines("Hamilton"));
        Assert.Equal(31, _journals["Parker"].LastSequence);
    }

    [Fact]
    public async Task Wiped_GetsBackEverythingAlsoWhatItBrought()
    {
        var all = await StartAllAsync();
        _journals["Parker"] = new KeptJournal();
        await RestartAsync("Parker", _journals["Parker"]);
        Assert.Equal(all, _herd["Parker"].All());

        // What it numbers anew reaches those that had its feed further than it is now.
        await _herd.SayAsync("Parker", "IAMAT more +1+1 1400794690");
        await _herd.UntilEqual(31);
    }

    [Fact]
    public async Task Restored_FromABackup_GetsBackWhatCameSinceAndSendsItsNewLines()
    {
        await StartAllAsync();
        var backup = _journals["Parker"].Copy();
        for (var i = 0; i < 10; i++)
            await _herd.SayAsync(i % 2 == 0 ? "Parker" : "Alford", $"IAMAT since{i} +1+1 1400794690");
        await _herd.UntilEqual(40);
        await UntilAcknowledgedAsync();
        var all = _herd["Alford"].All();
        await RestartAsync("Parker", backup, clients: 40);
        Assert.Equal(all, _herd["Parker"].All());
        for (var i = 0; i < 10; i++)
            await _herd.SayAsync("Parker", $"IAMAT later{i} +1+1 1400794690");
        await _herd.UntilEqual(50);
    }

    [Fact]
    public async Task Cloned_ServerWithTheDiskOfAnother_EndsEqualAndLosesNothing()
    {
        await StartAllAsync();
        var clone = _journals["Parker"].Copy();
        await _herd.SayAsync("Parker", "IAMAT original +1+1 1400794690");
        await _herd.UntilEqual(31);
        await UntilAcknowledgedAsync();
        await _herd.KillAsync("Parker");
        var cloned = _herd.Start("Parker", clone);
        foreach (var client in "abc")
            await _herd.SayAsync("Parker", $"IAMAT {client} +1+1 1400794690");
        await _herd.UntilEqual(34);
        await UntilAcknowledgedAsync();

        // The original comes back on its own disk, with numbers of its own up to where the clone's are.
        await RestartAsync("Parker", _journals["Parker"], clients: 34);
        await _herd.SayAsync("Parker", "IAMAT more +1+1 1400794690");
        await _herd.UntilEqual(35);
        Assert.NotSame(cloned, _herd["Parker"]);
    }

    /// <summary>A neighbour that lost what it had itself brought here is sent it, since its boot is another.</summary>
    [Fact]
    public async Task NeighbourRestarted_SplitHorizonEnds()
    {
        var herd = new TestHerd("Alford-Parker");
        herd.Start("Alford", _journals["Alford"]);
        herd.Start("Parker");
        var line = await herd.SayAsync("Parker", "IAMAT kiwi +1+1 1400794690");
        await herd.UntilEqual(1);
        await herd.KillAsync("Parker");
        herd.Start("Parker");
        await herd.Advance(() => herd["Parker"].Herd.Store.Count == 1);
        Assert.Equal([line], herd["Parker"].All());
        Assert.Equal(0, herd["Alford"].Herd.Metrics.Links.DifferentBuckets);
    }

    private async Task<List<string>> StartAllAsync()
    {
        foreach (var (name, journal) in _journals)
            _herd.Start(name, journal);
        for (var i = 0; i < 30; i++)
            await _herd.SayAsync(_journals.Keys.ElementAt(i % 3), $"IAMAT client{i} +1+1 1400794690");
        await _herd.UntilEqual(30);
        await UntilAcknowledgedAsync();
        return _herd["Alford"].All();
    }

    private Task UntilAcknowledgedAsync() => _herd.Advance(
        () => _journals.Keys.All(name => _herd[name].Herd.Links.Report().All(
            link => link.Acknowledged == _herd[name].Herd.Feed.Head)),
        () => "for all ACKs");

    private async Task RestartAsync(string name, KeptJournal journal, int clients = 30)
    {
        await _herd.KillAsync(name);
        _journals[name] = journal;
        _herd.Start(name, journal);
        await _herd.UntilEqual(clients);
        await UntilAcknowledgedAsync();
    }

    private long Lines(string name) => _herd[name].Herd.Metrics.Lines(Protocol.Verb.At);
}
