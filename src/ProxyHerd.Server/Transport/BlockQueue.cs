namespace ProxyHerd.Server.Transport;

/// <summary>Bytes in order, in the blocks that they were written to.</summary>
/// <remarks>Memory follows the bytes: a block is full before the next is begun, and goes back as soon as its last byte was taken.</remarks>
/// <param name="pool">Where blocks come from and go to.</param>
internal struct BlockQueue(BlockPool pool)
{
    // A ring; its length is a power of two, or 0.
    private Piece[] _pieces = [];
    private int _first;
    private int _count;

    /// <summary>Bytes in it.</summary>
    public int Length { get; private set; }

    /// <summary>How many pieces they are in.</summary>
    public readonly int Pieces => _count;

    /// <summary>A piece of the bytes, the first being 0.</summary>
    public readonly ReadOnlySpan<byte> this[int piece] => _pieces[(_first + piece) & (_pieces.Length - 1)].Taken;

    /// <summary>Room behind the last byte.</summary>
    /// <param name="bytesMin">How much is wanted at least; 1 or more.</param>
    public Memory<byte> Room(int bytesMin)
    {
        if (_count > 0 && Last.Block.Length - Last.End >= bytesMin)
            return Last.Block.AsMemory(Last.End);

        // Few replies are small, and many replies want large blocks, for the sake of the calls that send them.
        Add(new Piece { Block = pool.Rent(_count == 0 ? bytesMin : Math.Max(bytesMin, BlockPool.LargeBytes)) });
        return Last.Block;
    }

    /// <summary>Counts what was written to <see cref="Room"/>.</summary>
    public void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _count == 0 ? 0 : Last.Block.Length - Last.End);
        if (bytes == 0)
            return;
        Last.End += bytes;
        Length += bytes;
    }

    /// <summary>Takes bytes from its beginning, at most all.</summary>
    public void Take(int bytes)
    {
        Length -= bytes;
        while (bytes > 0)
        {
            ref var first = ref _pieces[_first];
            var part = Math.Min(bytes, first.End - first.Start);
            first.Start += part;
            bytes -= part;
            if (first.Start == first.End)
                Drop();
        }
    }

    /// <summary>Appends another, which is empty then. Pieces that fit behind the last byte are copied, so that no block holds but a few.</summary>
    public void Append(ref BlockQueue other)
    {
        for (; other._count > 0; other.Drop())
        {
            ref var piece = ref other._pieces[other._first];
            var bytes = piece.Taken;
            if (bytes.Length == 0)
                continue;
            if (_count > 0 && Last.Block.Length - Last.End >= bytes.Length)
            {
                bytes.CopyTo(Last.Block.AsSpan(Last.End));
                Last.End += bytes.Length;
            }
            else
            {
                Add(piece);
                piece.IsGivenAway = true;
            }

            Length += bytes.Length;
        }

        other.Length = 0;
    }

    /// <summary>Drops all.</summary>
    public void Clear()
    {
        while (_count > 0)
            Drop();
        Length = 0;
    }

    private readonly ref Piece Last => ref _pieces[(_first + _count - 1) & (_pieces.Length - 1)];

    private void Add(in Piece piece)
    {
        if (_count == _pieces.Length)
        {
            var pieces = new Piece[Math.Max(1, _count * 2)];
            for (var i = 0; i < _count; i++)
                pieces[i] = _pieces[(_first + i) & (_count - 1)];
            (_pieces, _first) = (pieces, 0);
        }

        _count++;
        Last = piece;
    }

    private void Drop()
    {
        ref var first = ref _pieces[_first];
        if (!first.IsGivenAway)
            pool.Return(first.Block);
        first = default;
        _first = (_first + 1) & (_pieces.Length - 1);
        _count--;
    }

    private struct Piece
    {
        public byte[] Block;
        public int Start;
        public int End;
        public bool IsGivenAway;

        public readonly ReadOnlySpan<byte> Taken => Block.AsSpan(Start, End - Start);
    }
}
