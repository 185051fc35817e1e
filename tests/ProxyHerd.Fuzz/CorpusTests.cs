using System.Text;
using ProxyHerd.Fuzz.Targets;
using Xunit;

namespace ProxyHerd.Fuzz;

/// <summary>Everything that is kept, each input whole, and to every target.</summary>
public sealed class CorpusTests
{
    private const int ShapesEach = 500;

    public static TheoryData<string> Targets => [.. FuzzTargets.Names];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Corpus_OfEveryTarget_KeepsEveryRule(string name)
    {
        var target = FuzzTargets.Named(name)[0];
        foreach (var input in FuzzTargets.Names.SelectMany(CorpusFile.Of))
            Replay(input, () =>
            {
                target.Run(input);
                target.Compare(input);
            });
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Corpus_OfATarget_HoldsWhatItTakesAndWhatItDoesNot(string name)
    {
        var target = FuzzTargets.Named(name)[0];
        var accepted = CorpusFile.Of(name).Select(input => target.Run(input)).ToList();
        Assert.Contains(true, accepted);
        Assert.Contains(false, accepted);
    }

    /// <summary>How the bytes lie decides what goes wrong, so the lines are cut in many ways.</summary>
    [Fact]
    public void Corpus_OfLines_IsFramedTheSameHoweverItIsCut()
    {
        var target = new LineReaderTarget();
        foreach (var input in CorpusFile.Of(target.Name))
        {
            for (ulong shape = 0; shape < ShapesEach; shape++)
                Replay(input, () => target.Run(input, shape));
        }
    }

    [Theory]
    [InlineData("AT Alford +1 kiwi +1+1 1", @"AT Alford +1 kiwi +1+1 1")]
    [InlineData("\r\n\t\\\x7F\xFF", @"\x0d\n\x09\\\x7f\xff")]
    [InlineData("#x", @"\x23x")]
    [InlineData("", "")]
    public void Escape_AnyBytes_ComeBack(string bytes, string line)
    {
        var input = Encoding.Latin1.GetBytes(bytes);
        Assert.Equal(line, CorpusFile.Escape(input));
        Assert.Equal(input, CorpusFile.Unescape(line));
    }

    private static void Replay(byte[] input, Action feed)
    {
        try
        {
            feed();
        }
        catch (Exception fault)
        {
            throw new FuzzFailure("corpus", "replayed", input, fault);
        }
    }
}
