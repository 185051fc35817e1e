using System.Globalization;
using ProxyHerd.EndToEnd.Chaos;

namespace ProxyHerd.Deploy;

/// <summary>
/// A client as the herd wants them: it tells where its vehicles are, one line after the other, and when its server hangs up, refuses
/// or says nothing, it says the same line to another one, until it is answered.
/// </summary>
/// <param name="number">Which of the clients.</param>
/// <param name="waits">Where its waits are noted.</param>
internal sealed class Roamer(int number, Waits waits)
{
    private const int Vehicles = 25;
    private const long NanosecondsASecond = 1_000_000_000;

    /// <summary>Between two lines; with it forty of these make some thousand lines a second.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(25);

    /// <summary>Between two tries, so that a herd that is down is not drowned on its return.</summary>
    private static readonly TimeSpan TryAgain = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, string> _answered = new(StringComparer.Ordinal);
    private int _home = number % ComposedHerd.Names.Count;
    private LinePipe? _pipe;

    /// <summary>What was last said of each vehicle; every bit of it was answered.</summary>
    public IReadOnlyDictionary<string, string> Answered => _answered;

    /// <summary>Goes on until it is told to stop; the last line is answered even then.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        for (var step = 0; !stopping.IsCancellationRequested; step++)
        {
            var time = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
            var id = string.Create(CultureInfo.InvariantCulture, $"roamer{number}-{step % Vehicles}");
            var fields = string.Create(
                CultureInfo.InvariantCulture,
                $"{id} +{step % 90}.{step % 1000:d3}-{step % 180}.{step % 777:d3} {time / NanosecondsASecond}.{time % NanosecondsASecond:d9}");
            await TellAsync(fields);
            _answered[id] = fields;
            await Task.Delay(Step, TimeProvider.System, CancellationToken.None);
        }

        _pipe?.Dispose();
    }

    private async Task TellAsync(string fields)
    {
        var phase = waits.Phase;
        var began = TimeProvider.System.GetTimestamp();
        string? answer;
        while ((answer = await TryAskAsync($"IAMAT {fields}")) is null)
        {
            if (TimeProvider.System.GetElapsedTime(began) > AnswerMax)
                throw new CheckFailedException($"IAMAT {fields} was answered by no server within {AnswerMax}");
            _home = (_home + 1) % ComposedHerd.Names.Count;
            await Task.Delay(TryAgain, TimeProvider.System);
        }

        waits.Note(phase, TimeProvider.System.GetElapsedTime(began));
        if (!answer.StartsWith("AT ", StringComparison.Ordinal) || !answer.EndsWith($" {fields}", StringComparison.Ordinal))
            throw new CheckFailedException($"IAMAT {fields} was answered with {answer}");
    }

    private async Task<string?> TryAskAsync(string line)
    {
        _pipe ??= await LinePipe.TryConnectAsync(ComposedHerd.PortOf(_home));
        if (_pipe is null)
            return null;
        try
        {
            await _pipe.SendAsync($"{line}\n");
            return await _pipe.ReceiveAsync();
        }
        catch (IOException)
        {
            _pipe.Dispose();
            _pipe = null;
            return null;
        }
    }
}
