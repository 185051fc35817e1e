using ProxyHerd.Fuzz.Mutation;

namespace ProxyHerd.Fuzz;

/// <summary>Ends the process when an input is never done with, which the loop itself could not tell.</summary>
internal sealed class HangWatch : IDisposable
{
    private const int TicksMax = 20;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly string _target;
    private readonly byte[] _input = new byte[Draft.BytesMax];
    private readonly ITimer _timer;
    private int _length;
    private long _begun;
    private long _seen;
    private int _ticks;

    /// <param name="target">The target's name.</param>
    public HangWatch(string target)
    {
        _target = target;
        _timer = TimeProvider.System.CreateTimer(_ => Look(), null, Tick, Tick);
    }

    /// <summary>An input begins, and the one before it is done with.</summary>
    public void Begin(ReadOnlySpan<byte> input)
    {
        input.CopyTo(_input);
        _length = input.Length;
        Volatile.Write(ref _begun, _begun + 1);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var begun = Volatile.Read(ref _begun);
        _ticks = begun == _seen ? _ticks + 1 : 0;
        _seen = begun;
        if (_ticks >= TicksMax)
            Environment.FailFast($"{_target} hangs on: {CorpusFile.Escape(_input.AsSpan(0, _length))}");
    }
}
