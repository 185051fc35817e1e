using ProxyHerd.Simulation.Network;

namespace ProxyHerd.Simulation.Clients;

/// <summary>A program's end of a connection.</summary>
internal sealed class CallerEnd(Caller caller) : ConnectionEnd(SimulatedNetwork.Outside), IDialledEnd
{
    private byte[] _bytes = new byte[1024];
    private int _used;

    public void Connected() => caller.Connected(this);

    public override bool Receive(ReadOnlySpan<byte> bytes, bool isDoubtful)
    {
        if (_used + bytes.Length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + bytes.Length));
        bytes.CopyTo(_bytes.AsSpan(_used));
        _used += bytes.Length;
        var at = 0;
        for (int end; (end = _bytes.AsSpan(at, _used - at).IndexOf((byte)'\n')) >= 0; at += end + 1)
            caller.Receive(this, _bytes.AsSpan(at, end), isDoubtful);
        _bytes.AsSpan(at, _used - at).CopyTo(_bytes);
        _used -= at;
        return true;
    }

    public override void ReceiveEnd() => caller.Ended(this);

    public override void ReceiveReset() => caller.Ended(this);
}
