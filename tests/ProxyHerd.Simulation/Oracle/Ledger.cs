using System.IO.Hashing;
using ProxyHerd.Protocol;
using ProxyHerd.Simulation.Journals;
using ProxyHerd.Simulation.Servers;
using ProxyHerd.Simulation.Worlds;

namespace ProxyHerd.Simulation.Oracle;

/// <summary>
/// Everything that clients sent and were answered, and everything that servers committed. An answer that shows a line
/// which was committed promises that line or a newer one. Any other is the mirror of a request that made no update, or
/// of one that a newer update replaced in its batch: it promises an update of that time or a later one.
/// </summary>
/// <param name="world">The world.</param>
/// <param name="questionsPromise">
/// Whether an answer that shows where a client is promises it: WHATSAT waits for the commit alone, so where neighbours count
/// it promises nothing.
/// </param>
internal sealed class Ledger(World world, bool questionsPromise)
{
    private const int ViolationsMax = 20;

    private readonly Dictionary<string, ClientRecord> _clients = [];

    /// <summary>The machines that have committed a line, as bits, by the line's hash.</summary>
    private readonly Dictionary<ulong, uint> _committed = [];

    /// <summary>What a machine committed last of a client: a line that it replaced in the same batch was never committed.</summary>
    private readonly Dictionary<(int Machine, string Client), byte[]> _newest = [];

    private readonly List<Violation> _violations = [];

    public IReadOnlyCollection<ClientRecord> Clients => _clients.Values;

    /// <summary>All that has been promised so far.</summary>
    public IReadOnlyList<Promise> Promises() =>
        [.. _clients.Values.Where(static client => client.Time > 0).Select(static client => new Promise(client.Client, client.Line, client.Time))];

    public IReadOnlyList<Violation> Violations => _violations;

    /// <summary>Answers that promise something.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Answers that promise less than the mix is about, and so are not counted.</summary>
    public long Doubtful { get; private set; }

    public void Violate(ViolationKind kind, string? client, string text)
    {
        if (_violations.Count < ViolationsMax)
            _violations.Add(new Violation(kind, client, $"{world.Now.TotalSeconds:0.000000} {text}"));
    }

    /// <summary>A client sends a position.</summary>
    public void Sent(string client, string position, string time)
    {
        if (!_clients.TryGetValue(client, out var record))
            _clients.Add(client, record = new ClientRecord(client));
        record.Sent.Add($"{position} {time}");
    }

    /// <summary>A process has committed; its answers may show it from now on.</summary>
    public void Committed(ServerProcess process, DiskCommit commit)
    {
        foreach (var line in commit.Lines)
        {
            if (!line.IsRemoval)
                Committed(process, line);
        }
    }

    /// <summary>A process has read its disk, and syncs it before it listens: a commit that was cut short by a kill may be there.</summary>
    public void Recovered(ServerProcess process, DiskState state)
    {
        foreach (var line in state.Lines.Values)
            Committed(process, line);
    }

    /// <summary>A client was answered to its position.</summary>
    public void Answered(ReadOnlySpan<byte> line, string client, string position, string time, bool isDoubtful)
    {
        if (!AtLine.TryParse(line, out var at) || Bytes.Text(at.ClientId) != client
            || Bytes.Text(at.Position) != position || Bytes.Text(at.Time) != time)
        {
            Violate(ViolationKind.WrongAnswer, client, $"{client} said {position} {time} and was answered {Bytes.Text(line)}");
            return;
        }

        if (isDoubtful)
            Doubtful++;
        else
            Promise(_clients[client], line, at.TimeNanoseconds, _committed.ContainsKey(XxHash3.HashToUInt64(line)));
    }

    /// <summary>
    /// Somebody was answered where a client is: a line that the server has committed, or that was replaced by a newer one
    /// before its commit.
    /// </summary>
    /// <param name="line">The line that was shown.</param>
    /// <param name="client">Who was asked for.</param>
    /// <param name="machine">The server that answered.</param>
    /// <param name="isDoubtful">Whether the answer promises less than the mix is about.</param>
    public void Shown(ReadOnlySpan<byte> line, string client, int machine, bool isDoubtful)
    {
        if (!AtLine.TryParse(line, out var at) || Bytes.Text(at.ClientId) != client
            || !_clients[client].Sent.Contains($"{Bytes.Text(at.Position)} {Bytes.Text(at.Time)}"))
        {
            Violate(ViolationKind.WrongAnswer, client, $"{client} is shown where it never was: {Bytes.Text(line)}");
            return;
        }

        var isCommitted = (_committed.GetValueOrDefault(XxHash3.HashToUInt64(line)) & (1u << machine)) != 0;
        if (!isCommitted && !(_newest.TryGetValue((machine, client), out var newest) && Line.IsNewer(newest, line)))
            Violate(ViolationKind.WrongAnswer, client, $"server {machine} shows what it has not committed: {Bytes.Text(line)}");
        if (!isDoubtful && questionsPromise)
            Promise(_clients[client], line, at.TimeNanoseconds, isCommitted);
    }

    private void Committed(ServerProcess process, DiskLine line)
    {
        var machine = process.Machine.Index;
        _committed[line.LineHash] = _committed.GetValueOrDefault(line.LineHash) | (1u << machine);
        _newest[(machine, line.Client)] = line.Line;
    }

    private void Promise(ClientRecord record, ReadOnlySpan<byte> line, long time, bool isCommitted)
    {
        Acknowledged++;
        record.Time = Math.Max(record.Time, time);
        if (isCommitted && (record.Line is null || Line.IsNewer(line, record.Line)))
            record.Line = line.ToArray();
    }
}
