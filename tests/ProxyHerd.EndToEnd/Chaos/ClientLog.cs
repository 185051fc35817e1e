using System.Globalization;

namespace ProxyHerd.EndToEnd.Chaos;

/// <summary>What one client has said and been answered: the oracle of what servers must know of it.</summary>
internal sealed class ClientLog(string id)
{
    private const long NanosecondsASecond = 1_000_000_000;

    private readonly List<long> _unanswered = [];
    private long _answeredTime;
    private string? _answer;

    /// <summary>The client's ID.</summary>
    public string Id => id;

    /// <summary>Whether anything that it said was answered.</summary>
    public bool IsAnswered => _answer is not null;

    /// <summary>What it says at a time: where it is follows from when that was, so that any line can be checked.</summary>
    public string FieldsAt(long time) => string.Create(
        CultureInfo.InvariantCulture,
        $"{id} +{time % 89}.{time % 1_000_000:d6}-{time % 179}.{time / 7 % 1_000_000:d6} {time / NanosecondsASecond}.{time % NanosecondsASecond:d9}");

    /// <summary>It says where it is; servers may know of that from now on.</summary>
    public void Say(long time) => _unanswered.Add(time);

    /// <summary>It was answered, and no server may forget that.</summary>
    public void Answer(long time, string line)
    {
        _answeredTime = time;
        _answer = line;
        _unanswered.RemoveAll(said => said <= time);
    }

    /// <summary>Whether a server may say this line of it, or nothing: its last answer, or what it said after that.</summary>
    public bool Allows(string? line)
    {
        if (line is null || line == _answer)
            return line == _answer;
        return _unanswered.Exists(time => time > _answeredTime && line.EndsWith($" {FieldsAt(time)}", StringComparison.Ordinal));
    }

    /// <inheritdoc/>
    public override string ToString() => $"answered last: {_answer ?? "nothing"}; unanswered since: {string.Join(", ", _unanswered.Select(FieldsAt))}";
}
