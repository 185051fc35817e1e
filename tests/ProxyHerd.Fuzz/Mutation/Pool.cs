namespace ProxyHerd.Fuzz.Mutation;

/// <summary>
/// What inputs are made from: the corpus, and inputs that were accepted lately. Each of those is itself a changed one, so
/// that chains of changes walk on within what a parser takes, and reach values that no corpus lists.
/// </summary>
internal sealed class Pool
{
    private const int KeptMax = 256;

    /// <summary>Longer lines cost so much that a few of them would make the others rare.</summary>
    private const int KeptBytesMax = 512;

    private readonly byte[][] _corpus;
    private readonly byte[][] _kept = new byte[KeptMax][];
    private readonly int[] _lengths = new int[KeptMax];
    private readonly FuzzRandom _random;
    private int _count;

    /// <param name="corpus">Where it all begins; not empty.</param>
    /// <param name="random">Chooses.</param>
    public Pool(byte[][] corpus, FuzzRandom random)
    {
        _corpus = corpus;
        _random = random;
        for (var i = 0; i < KeptMax; i++)
            _kept[i] = new byte[KeptBytesMax];
    }

    /// <summary>One of them; good until the next is kept.</summary>
    public ReadOnlySpan<byte> Pick()
    {
        if (_count > 0 && _random.OnceIn(2))
        {
            var slot = _random.Below(_count);
            return _kept[slot].AsSpan(0, _lengths[slot]);
        }

        var line = _corpus[_random.Below(_corpus.Length)];
        return line.Length <= KeptBytesMax || _random.OnceIn(16) ? line : _corpus[_random.Below(_corpus.Length)];
    }

    /// <summary>Keeps an input that was accepted, now and then, in the place of another.</summary>
    public void Offer(ReadOnlySpan<byte> input)
    {
        if (input.Length > KeptBytesMax || !_random.OnceIn(16))
            return;
        var slot = _count < KeptMax ? _count++ : _random.Below(KeptMax);
        input.CopyTo(_kept[slot]);
        _lengths[slot] = input.Length;
    }
}
