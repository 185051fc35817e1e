using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using ProxyHerd.Herd;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Connections;
using ProxyHerd.Herd.Flooding;
using ProxyHerd.Simulation.Journals;
using ProxyHerd.Simulation.Network;
using ProxyHerd.Simulation.Worlds;

namespace ProxyHerd.Simulation.Servers;

/// <summary>One run of one server: the real code, until it is killed.</summary>
internal sealed class ServerProcess : IConnectionFactory, IHostLookup
{
    /// <summary>From a disk's fault until the process is gone.</summary>
    private static readonly TimeSpan DyingMax = TimeSpan.FromMilliseconds(5);

    private readonly SimulatedHerd _herd;
    private readonly SimulatedDisk _disk;
    private readonly SeededRandom _random;
    private readonly List<ServerEnd> _ends = [];
    private readonly HashSet<Dial> _dials = [];
    private readonly bool _isClone;
    private HerdServer? _server;
    private long _withoutNeighbour;
    private long _withoutNeighbourAt = -1;
    private Task _links = Task.CompletedTask;

    public ServerProcess(SimulatedHerd herd, Machine machine, SimulatedDisk disk, bool isClone)
    {
        _herd = herd;
        _disk = disk;
        _isClone = isClone;
        _random = herd.World.Random.Split();
        Machine = machine;
        Context = new ProcessContext(herd.World);
    }

    public Machine Machine { get; }

    public ProcessContext Context { get; }

    public string Name => _isClone ? $"{Machine.Name}'s clone" : Machine.Name;

    /// <summary>It stops, or its journal has failed.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>Null until it has recovered.</summary>
    public HerdServer? Server => _server;

    public void Start() => Context.Post(_ => Run(), null);

    /// <summary>Ends it at once.</summary>
    public void End(bool isOff)
    {
        Context.Kill();
        if (!_isClone)
            _herd.Network.Listen(Machine.Index, null);
        foreach (var dial in _dials)
            dial.IsGivenUp = true;
        _herd.Network.Die(_ends, isOff);
        _ends.Clear();
    }

    /// <summary>Its journal failed: the host ends the process, soon.</summary>
    public void Fail()
    {
        IsEnding = true;
        _herd.World.Schedule(DyingMax * _random.Fraction(), () => Machine.Ended(this));
    }

    /// <summary>Stops in order: clients' last replies, then what is left for neighbours, then BYE.</summary>
    public void Stop()
    {
        IsEnding = true;
        Context.Post(_ => _herd.World.Watch(StopAsync()), null);
    }

    /// <summary>
    /// Whether an answer that leaves now counts for nothing, since it promises less than the mix is about: its server does, or
    /// some answer of this very moment, perhaps this one, left without a neighbour's acknowledgement.
    /// </summary>
    public bool AnswersDoubtfully()
    {
        if (_isClone || Machine.Durability < _herd.Settings.CountsFrom)
            return true;
        if (_herd.Settings.CountsFrom < Durability.DiskAndNeighbour)
            return false;
        var without = _server!.Metrics.AnsweredWithoutNeighbour;
        if (without > _withoutNeighbour)
            (_withoutNeighbour, _withoutNeighbourAt) = (without, _herd.World.NowTicks);
        return _withoutNeighbourAt == _herd.World.NowTicks;
    }

    public void NoteReceived(int from, ReadOnlySpan<byte> bytes)
    {
        var history = _herd.World.History;
        if (history.IsOn)
            history.Lines($"{Name} receives from {(from == SimulatedNetwork.Outside ? "a client" : _herd.Machines[from].Name)}", bytes);
    }

    public void Forget(ServerEnd end) => _ends.Remove(end);

    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var to = SimulatedHerd.MachineOf((DnsEndPoint)endpoint);
        var connected = new TaskCompletionSource<ConnectionContext>();
        var dial = _herd.Network.Dial(
            Machine.Index,
            to,
            () => NewEnd(to, transport => connected.TrySetResult(transport)),
            () => connected.TrySetException(new IOException("Connection refused")));
        _dials.Add(dial);
        using var givesUp = cancellationToken.Register(() =>
        {
            dial.IsGivenUp = true;
            connected.TrySetCanceled(cancellationToken);
        });
        try
        {
            return await connected.Task;
        }
        finally
        {
            _dials.Remove(dial);
        }
    }

    public ValueTask<bool> IsHostOfAsync(string host, EndPoint peer) => ValueTask.FromResult(false);

    private void Run()
    {
        var settings = new HerdServerSettings
        {
            Name = Machine.Name,
            Herd = _herd.Options,
            Secret = _herd.Secret,
            Shards = _herd.Settings.Shards,
            FeedNumbersMax = _random.Pick(_herd.Settings.FeedNumbersMax),
            LocationLimits = _herd.Settings.Limits,
            Mistakes = _herd.Settings.Mistakes,
        };
        var journal = new SimulatedJournal(this, _disk, _herd.World, _random.Split(), _herd.Ledger);
        _server = new HerdServer(
            settings,
            new ProcessTime(_herd.World, Machine.Clock, Context),
            new SplitRandomness(_random.Split()),
            journal,
            _herd.Places,
            this,
            this,
            NullLoggerFactory.Instance);
        _server.Recover();
        if (!_isClone)
            _herd.Network.Listen(Machine.Index, Accept);
        _links = _server.Links.RunAsync();
        _herd.World.Watch(_links);
        _herd.World.Watch(KeepAsync());
    }

    private ServerEnd Accept(int from) => NewEnd(from, transport => Context.Post(_ => _herd.World.Watch(ServeAsync(transport)), null));

    private ServerEnd NewEnd(int peer, Action<ServerTransport> connected)
    {
        var end = new ServerEnd(this, peer, _herd.Network.Settings.WindowBytes, connected);
        _ends.RemoveAll(static end => end.IsGone);
        _ends.Add(end);
        return end;
    }

    private async Task KeepAsync()
    {
        try
        {
            await _server!.Keeper.RunAsync(CancellationToken.None);
        }
        catch (IOException)
        {
            // The journal failed, and the process is about to end for that.
        }
    }

    private async Task ServeAsync(ServerTransport transport)
    {
        await new LineConnectionHandler(_server!, ConnectionKind.All).OnConnectedAsync(transport);
        await transport.DisposeAsync();
    }

    private async Task StopAsync()
    {
        if (!_isClone)
            _herd.Network.Listen(Machine.Index, null);
        foreach (var end in _ends.ToList())
            end.Transport.RequestClose();
        _server!.Links.Stop();
        await _links;
        _herd.World.Schedule(TimeSpan.Zero, () => Machine.Ended(this));
    }
}
