using ProxyHerd.Herd.Commits;

namespace ProxyHerd.Simulation.Journals;

/// <summary>What a disk holds, commit after commit.</summary>
internal sealed class DiskState
{
    private readonly Dictionary<string, DiskLine> _lines;
    private readonly Dictionary<string, NeighbourPosition> _positions;

    public DiskState()
    {
        _lines = [];
        _positions = [];
    }

    private DiskState(DiskState other)
    {
        _lines = new Dictionary<string, DiskLine>(other._lines);
        _positions = new Dictionary<string, NeighbourPosition>(other._positions);
        Boots = other.Boots;
        LastSequence = other.LastSequence;
    }

    public IReadOnlyDictionary<string, DiskLine> Lines => _lines;

    public IEnumerable<NeighbourPosition> Positions => _positions.Values;

    public IReadOnlyList<BootRecord> Boots { get; private set; } = [];

    public long LastSequence { get; private set; }

    public bool IsEmpty => _lines.Count == 0 && Boots.Count == 0;

    public DiskState Copy() => new(this);

    public void Apply(DiskCommit commit)
    {
        foreach (var line in commit.Lines)
        {
            if (line.IsRemoval)
                _lines.Remove(line.Client);
            else
                _lines[line.Client] = line;
        }

        foreach (var position in commit.Positions)
            _positions[position.Neighbour] = position;
        LastSequence = Math.Max(LastSequence, commit.LastSequence);
        Boots = commit.Boots ?? Boots;
    }

    /// <summary>Puts other bytes in the place of a client's line, whose hash stays.</summary>
    public void Replace(string client, byte[] line) => _lines[client] = _lines[client] with { Line = line };
}
