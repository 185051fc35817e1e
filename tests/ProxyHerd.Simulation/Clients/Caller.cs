using ProxyHerd.Simulation.Network;
using ProxyHerd.Simulation.Oracle;
using ProxyHerd.Simulation.Worlds;

namespace ProxyHerd.Simulation.Clients;

/// <summary>
/// One program that speaks for clients: it pipelines requests on one connection, matches the answers, and when it is cut
/// off sends what was not answered again, there or at another server.
/// </summary>
internal sealed class Caller
{
    /// <summary>A program that waits longer than this for an answer hangs up.</summary>
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan DialMax = TimeSpan.FromSeconds(2);

    private readonly Traffic _traffic;
    private readonly SeededRandom _random;
    private readonly Queue<(Request Request, long SentAt)> _unanswered = new();
    private readonly List<Request> _again = [];
    private CallerEnd? _end;
    private Dial? _dial;
    private long _dialledAt;
    private bool _isInPlaces;

    public Caller(Traffic traffic, SeededRandom random)
    {
        _traffic = traffic;
        _random = random;
        Server = random.Below(traffic.Servers);
    }

    /// <summary>The server that it talks to.</summary>
    public int Server { get; private set; }

    public bool IsConnected => _end is not null;

    /// <summary>Nothing that it sent waits for an answer.</summary>
    public bool IsQuiet => _unanswered.Count == 0;

    /// <summary>The connection is made.</summary>
    public void Connected(CallerEnd end)
    {
        _dial = null;
        if (end.IsGone)
            return;
        _end = end;
        _isInPlaces = false;
        if (_again.Count == 0 || !_traffic.IsOn)
            return;
        var again = _again.ToList();
        _again.Clear();
        Send(again);
    }

    /// <summary>Looks once in a while whether anything has to be done about the connection.</summary>
    public void Look()
    {
        var now = _traffic.World.NowTicks;
        if (_end is not null && _unanswered.TryPeek(out var oldest) && now - oldest.SentAt > AnswerMax.Ticks)
            HangUp();
        if (_dial is not null && now - _dialledAt > DialMax.Ticks)
        {
            _dial.IsGivenUp = true;
            _dial = null;
            Server = _random.Below(_traffic.Servers);
        }

        if (_end is null && _dial is null && _traffic.IsOn)
            DialNow();
    }

    public void Send(IReadOnlyList<Request> requests)
    {
        if (_end is null)
            return;
        var text = new System.Text.StringBuilder();
        foreach (var request in requests)
        {
            _unanswered.Enqueue((request, _traffic.World.NowTicks));
            if (!request.IsQuestion)
                _traffic.Ledger.Sent(request.Client, request.Position!, request.Time!);
            text.Append(request.Line).Append('\n');
        }

        var bytes = Bytes.Of(text.ToString());
        _traffic.World.History.Lines($"sent to {Server}", bytes);
        _end.Outgoing.Send(bytes);
    }

    /// <summary>Takes a line of a server.</summary>
    public void Receive(CallerEnd end, ReadOnlySpan<byte> line, bool isDoubtful)
    {
        if (end != _end)
            return;
        if (_traffic.World.History.IsOn)
            _traffic.World.History.Lines(isDoubtful ? $"doubtful answer of {Server}" : $"answer of {Server}", line);
        if (_isInPlaces)
        {
            _isInPlaces = !line.IsEmpty;
            return;
        }

        if (!_unanswered.TryDequeue(out var sent))
        {
            _traffic.Ledger.Violate(ViolationKind.WrongAnswer, null, $"server {Server} answers what nobody asked: {Bytes.Text(line)}");
            return;
        }

        var request = sent.Request;
        if (line.StartsWith("? "u8))
        {
            if (Bytes.Text(line[2..]) != request.Line)
                _traffic.Ledger.Violate(ViolationKind.WrongAnswer, request.Client, $"{request} was answered {Bytes.Text(line)}");
            _traffic.Refused++;
            return;
        }

        _isInPlaces = request.IsQuestion;
        if (request.IsQuestion)
            _traffic.Ledger.Shown(line, request.Client, Server, isDoubtful);
        else
            _traffic.Ledger.Answered(line, request.Client, request.Position!, request.Time!, isDoubtful);
    }

    /// <summary>The server, or what is in between, has closed.</summary>
    public void Ended(CallerEnd end)
    {
        end.Close();
        if (end != _end)
            return;
        _end = null;
        foreach (var (request, _) in _unanswered)
        {
            if (_random.Chance(_traffic.Settings.RetryShare))
                _again.Add(request);
        }

        _unanswered.Clear();
        if (_random.Chance(0.5))
            Server = _random.Below(_traffic.Servers);
    }

    /// <summary>Goes to another server, once all is answered.</summary>
    public void Move()
    {
        if (_end is null || _unanswered.Count > 0)
            return;
        _end.Close();
        _end = null;
        Server = _random.Below(_traffic.Servers);
    }

    private void HangUp()
    {
        var end = _end!;
        end.Reset();
        Ended(end);
    }

    private void DialNow()
    {
        _dialledAt = _traffic.World.NowTicks;
        _dial = _traffic.Network.Dial(SimulatedNetwork.Outside, Server, () => new CallerEnd(this), () =>
        {
            _dial = null;
            Server = _random.Below(_traffic.Servers);
        });
    }
}
