using System.Diagnostics;
using ProxyHerd.Fuzz.Mutation;
using ProxyHerd.Fuzz.Targets;

namespace ProxyHerd.Fuzz;

/// <summary>Feeds a target one changed line after another. The inputs follow from the seed alone.</summary>
internal sealed class FuzzLoop
{
    /// <summary>No input may take longer.</summary>
    public static readonly TimeSpan InputTimeMax = TimeSpan.FromMilliseconds(10);

    /// <summary>One input in so many is compared with the reference grammar, which costs as much as dozens of inputs.</summary>
    private const int ComparedEvery = 128;

    /// <summary>The machine may do something else during an input; hardly ever during all of so many tries.</summary>
    private const int TimedTries = 5;

    /// <summary>The runtime has compiled everything to its best by then. Until then the limit holds, but what is slowest does not tell.</summary>
    private const int WarmUpInputs = 50_000;

    private readonly IFuzzTarget _target;
    private readonly FuzzOptions _options;
    private readonly Pool _pool;
    private readonly Mutator _mutator;
    private byte[] _slowestInput = [];
    private long _slowest;
    private long _accepted;

    /// <param name="target">What is fed.</param>
    /// <param name="options">How much, and from which seed.</param>
    public FuzzLoop(IFuzzTarget target, FuzzOptions options)
    {
        _target = target;
        _options = options;
        var random = new FuzzRandom(options.Seed);
        _pool = new Pool(CorpusFile.Of(target.Name), random);
        _mutator = new Mutator(_pool, random);
    }

    /// <summary>Feeds all inputs, or as many as the time allows.</summary>
    /// <exception cref="FuzzFailure">One of them broke a rule.</exception>
    public FuzzReport Run()
    {
        using var watch = new HangWatch(_target.Name);
        var began = Stopwatch.GetTimestamp();
        var processor = Environment.CpuUsage.TotalTime;
        var end = began + (long)(_options.TimeMax.TotalSeconds * Stopwatch.Frequency);
        var before = began;
        long inputs = 0;
        for (; inputs < _options.Inputs && before < end; inputs++)
        {
            if (inputs == WarmUpInputs)
                _slowest = 0;
            var input = _mutator.Next();
            watch.Begin(input);
            try
            {
                if (_target.Run(input))
                {
                    _accepted++;
                    _pool.Offer(input);
                }

                var now = Stopwatch.GetTimestamp();
                var isSlow = now - before > _slowest;
                var isCompared = inputs % ComparedEvery == 0;
                if (isSlow)
                    Time(input);
                if (isCompared)
                    _target.Compare(input);
                before = isSlow || isCompared ? Stopwatch.GetTimestamp() : now;
            }
            catch (Exception fault)
            {
                throw new FuzzFailure(_target.Name, $"input {inputs} of seed {_options.Seed}", input, fault);
            }
        }

        return new FuzzReport(
            _target.Name,
            _options.Seed,
            inputs,
            _accepted,
            Stopwatch.GetElapsedTime(began),
            Environment.CpuUsage.TotalTime - processor,
            Stopwatch.GetElapsedTime(0, _slowest),
            _slowestInput);
    }

    /// <summary>Looks whether an input is as slow as it seemed.</summary>
    private void Time(ReadOnlySpan<byte> input)
    {
        var best = long.MaxValue;
        for (var i = 0; i < TimedTries && best > _slowest; i++)
        {
            var before = Stopwatch.GetTimestamp();
            _target.Run(input);
            best = Math.Min(best, Stopwatch.GetTimestamp() - before);
        }

        if (best <= _slowest)
            return;
        _slowest = best;
        _slowestInput = input.ToArray();
        Oracle.Holds(Stopwatch.GetElapsedTime(0, best) <= InputTimeMax, "no input takes more than 10 ms");
    }
}
