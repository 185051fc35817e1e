using ProxyHerd.Simulation.Faults;

namespace ProxyHerd.Simulation.Network;

/// <summary>One direction of a connection: bytes arrive in order, in pieces, and later than they were sent.</summary>
internal sealed class Flow
{
    private const byte Data = 0;
    private const byte End = 1;
    private const byte ResetMark = 2;

    private readonly SimulatedNetwork _network;
    private readonly int _number;
    private readonly ConnectionEnd _from;
    private readonly ConnectionEnd _to;
    private readonly Queue<Piece> _pieces = new();
    private long _lastDue;

    /// <summary>When the next delivery is due; 0 if none is scheduled. One that was scheduled before and is not this one is void.</summary>
    private long _delivery;
    private bool _isFull;
    private bool _wasCut;
    private bool _isEnded;
    private long _heldUntil;
    private Fault? _hold;
    private TimeSpan _delay;
    private long _delayUntil;
    private Fault? _delayFault;
    private Fault? _void;

    public Flow(SimulatedNetwork network, int number, ConnectionEnd from, ConnectionEnd to)
    {
        _network = network;
        _number = number;
        _from = from;
        _to = to;
    }

    public int From => _from.Host;

    public int To => _to.Host;

    /// <summary>Bytes sent that the other end has not taken.</summary>
    public int BytesInFlight { get; private set; }

    /// <summary>Whether so much is in flight that the sender has to wait.</summary>
    public bool IsFull => BytesInFlight > _network.Settings.WindowBytes;

    /// <summary>Nothing arrives any more, and the sender does not know.</summary>
    public bool IsVoid => _void is not null;

    /// <param name="bytes">What to send.</param>
    /// <param name="isDoubtful">It answers without the promise that the mix counts on.</param>
    public void Send(ReadOnlySpan<byte> bytes, bool isDoubtful = false)
    {
        if (_isEnded)
            return;
        while (!bytes.IsEmpty)
        {
            var length = _network.PieceOf(bytes.Length);
            Add(new Piece(Data, bytes[..length].ToArray(), Due(), isDoubtful));
            BytesInFlight += length;
            bytes = bytes[length..];
        }
    }

    public void SendEnd()
    {
        if (_isEnded)
            return;
        _isEnded = true;
        Add(new Piece(End, [], Due()));
    }

    /// <summary>A reset overtakes what is in flight, which is lost.</summary>
    public void SendReset()
    {
        _isEnded = true;
        Lose();
        _lastDue = 0;
        Add(new Piece(ResetMark, [], Due()));
    }

    /// <summary>What is in flight is lost, and the receiver reads an end or a reset at once.</summary>
    public void Cut(bool asEnd)
    {
        Lose();
        _isEnded = _wasCut = true;
        _void = null;
        _heldUntil = 0;
        Arrive(new Piece(asEnd ? End : ResetMark, [], 0));
    }

    /// <summary>What is in flight is lost without a word.</summary>
    public void Lose()
    {
        _pieces.Clear();
        BytesInFlight = 0;
    }

    /// <summary>Keeps what arrives from the receiver for a time.</summary>
    public void Hold(TimeSpan time, Fault fault)
    {
        _heldUntil = Math.Max(_heldUntil, _network.World.NowTicks + time.Ticks);
        _hold = fault;
    }

    /// <summary>Has everything take longer for a time.</summary>
    public void Delay(TimeSpan delay, TimeSpan time, Fault fault)
    {
        _delay = delay;
        _delayUntil = _network.World.NowTicks + time.Ticks;
        _delayFault = fault;
    }

    /// <summary>Nothing arrives from now on.</summary>
    public void Void(Fault fault) => _void ??= fault;

    /// <summary>Ends what holds and delays it; what is void stays so.</summary>
    public void Heal()
    {
        _delayUntil = 0;
        if (_heldUntil == 0)
            return;
        _heldUntil = 0;
        _delivery = 0;
        Schedule();
    }

    /// <summary>The receiver takes bytes again.</summary>
    public void Resume()
    {
        _isFull = false;
        Schedule();
    }

    /// <summary>What kept bytes from the receiver is over.</summary>
    public void Retry() => Schedule();

    private long Due()
    {
        var now = _network.World.NowTicks;
        var latency = _network.LatencyOf(From, To);
        if (_delayUntil > now)
        {
            latency += _delay;
            _delayFault?.TookEffect();
        }

        return _lastDue = Math.Max(_lastDue, now + latency.Ticks);
    }

    private void Add(Piece piece)
    {
        _pieces.Enqueue(piece);
        Schedule();
    }

    private void Schedule()
    {
        if (_delivery > 0 || _isFull || _pieces.Count == 0)
            return;
        var world = _network.World;
        var due = _pieces.Peek().Due;
        if (_heldUntil > due)
        {
            due = _heldUntil;
            _hold?.TookEffect();
        }

        _delivery = Math.Max(due, world.NowTicks);
        world.Schedule(TimeSpan.FromTicks(due - world.NowTicks), static flow => ((Flow)flow!).Deliver(), this, null);
    }

    private void Deliver()
    {
        var now = _network.World.NowTicks;
        if (now != _delivery)
            return;
        _delivery = 0;
        if (_pieces.Count == 0 || _isFull)
            return;
        if (_void is not null)
        {
            _void.TookEffect();
            return;
        }

        if (_heldUntil <= now && _network.Keep(this))
            return;
        if (_heldUntil <= now && _pieces.Peek().Due <= now)
            Arrive(_pieces.Dequeue());
        Schedule();
    }

    private void Arrive(Piece piece)
    {
        _network.World.Trace.Add((_number * 4) + piece.Kind, piece.Bytes);
        if (_to.IsGone)
        {
            if (piece.Kind == Data)
                _network.AnswerStray(this);
            Drain(piece);
            return;
        }

        switch (piece.Kind)
        {
            case End:
                _to.ReceiveEnd();
                break;
            case ResetMark:
                _to.Vanish();
                _to.ReceiveReset();
                break;
            default:
                _isFull = !_to.Receive(piece.Bytes, piece.IsDoubtful);
                Drain(piece);
                break;
        }
    }

    /// <summary>Resets the sender of bytes that nobody is there to take.</summary>
    public void ResetSender()
    {
        if (_wasCut && _from.IsGone)
            return;
        _to.Outgoing.SendReset();
    }

    private void Drain(Piece piece)
    {
        var wasFull = IsFull;
        BytesInFlight = Math.Max(0, BytesInFlight - piece.Bytes.Length);
        if (wasFull && !IsFull && !_from.IsGone)
            _from.Drained();
    }

    private readonly record struct Piece(byte Kind, byte[] Bytes, long Due, bool IsDoubtful = false);
}
