using ProxyHerd.Fuzz.Mutation;
using ProxyHerd.Fuzz.Targets;
using Xunit;

namespace ProxyHerd.Fuzz;

/// <summary>A few seconds of fuzzing from a fixed seed: whoever breaks a parser is told before the long runs tell.</summary>
public sealed class FuzzTests
{
    private const ulong Seed = 1;
    private const long ParserInputs = 300_000;
    private const long SessionInputs = 20_000;

    /// <summary>Below this share of accepted inputs the mutator tears lines apart, and the oracle has little to compare.</summary>
    private const double AcceptedShareMin = 0.05;

    public static TheoryData<string> Targets => [.. FuzzTargets.Names];

    public static TheoryData<string> Parsers => [.. FuzzTargets.Named("parsers").Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Inputs_OfAFixedSeed_KeepEveryRule(string target)
    {
        var report = Loop(target, target == "Session" ? SessionInputs : ParserInputs).Run();
        Assert.True(report.AcceptedShare >= AcceptedShareMin, report.ToString());
    }

    [Fact]
    public void Inputs_OfOneSeed_AreTheSameAgain()
    {
        var first = Loop("HerdLine", 50_000).Run();
        var second = Loop("HerdLine", 50_000).Run();
        Assert.Equal(first.Accepted, second.Accepted);
        Assert.NotEqual(first.Accepted, new FuzzLoop(FuzzTargets.Named("HerdLine")[0], Options("HerdLine", 50_000) with { Seed = 2 }).Run().Accepted);
    }

    /// <summary>A hundred million inputs are minutes' work only as long as none of them leaves something to collect.</summary>
    [Theory]
    [MemberData(nameof(Parsers))]
    public void Inputs_OfAParser_AllocateNothing(string name)
    {
        const int Inputs = 20_000;
        var target = FuzzTargets.Named(name)[0];
        var random = new FuzzRandom(Seed);
        var pool = new Pool(CorpusFile.Of(name), random);
        var mutator = new Mutator(pool, random);
        Feed(Inputs);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Feed(Inputs);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Feed(int inputs)
        {
            for (var i = 0; i < inputs; i++)
            {
                var input = mutator.Next();
                if (target.Run(input))
                    pool.Offer(input);
            }
        }
    }

    private static FuzzOptions Options(string target, long inputs) => new(target, inputs, Seed, TimeSpan.FromMinutes(5));

    private static FuzzLoop Loop(string target, long inputs) => new(FuzzTargets.Named(target)[0], Options(target, inputs));
}
