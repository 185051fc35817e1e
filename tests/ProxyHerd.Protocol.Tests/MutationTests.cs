using CsCheck;
using Xunit;

namespace ProxyHerd.Protocol.Tests;

/// <summary>Valid lines changed at random: what is taken is what the reference grammar takes, and nothing throws.</summary>
public sealed class MutationTests
{
    private const int LinesTried = 60_000;

    [Fact]
    public void TryParse_MutatedLine_AgreesWithTheReferenceGrammar() =>
        Lines.Mutated.Sample(
            line =>
            {
                var bytes = Bytes.Of(line);
                Assert.Equal(ReferenceGrammar.IsIamat(line), IamatLine.TryParse(bytes, out _));
                Assert.Equal(ReferenceGrammar.IsWhatsat(line), WhatsatLine.TryParse(bytes, out _));
                Assert.Equal(ReferenceGrammar.IsAt(line), AtLine.TryParse(bytes, out _));
                Assert.Equal(ReferenceGrammar.IsHerd(line), HerdLine.TryParse(bytes, out _));
                Assert.Equal(ReferenceVerb(line), Verbs.Of(bytes));
            },
            iter: LinesTried);

    [Fact]
    public void TryParse_MutatedLineTaken_WritesWhatParsesBackEqual() =>
        Lines.Mutated.Sample(
            line =>
            {
                var bytes = Bytes.Of(line);
                if (AtLine.TryParse(bytes, out var at))
                    AssertComesBack(at, line);
                if (IamatLine.TryParse(bytes, out var iamat))
                    AssertComesBack(AtLine.From("Alford"u8, 0, iamat, stackalloc byte[PosixTime.SkewBytesMax]), null);
                if (HerdLine.TryParse(bytes, out var herd))
                    AssertComesBack(herd);
            },
            iter: LinesTried);

    [Fact]
    public void TryParse_RandomBytes_NeverThrows() =>
        Gen.Select(Gen.OneOf("", "IAMAT ", "WHATSAT ", "AT ", "HERD MARK ", "HERD DIGEST ", "HERD WANT "), Gen.Byte.Array[0, 60]).Sample(
            (head, tail) =>
            {
                byte[] line = [.. Bytes.Of(head), .. tail];
                _ = Verbs.Of(line);
                _ = IamatLine.TryParse(line, out _);
                _ = WhatsatLine.TryParse(line, out _);
                _ = AtLine.TryParse(line, out _);
                _ = HerdLine.TryParse(line, out _);
                _ = Position.TryParse(tail, out _);
                _ = PosixTime.TryParse(tail, out _);
                _ = PosixTime.TryParseSkew(tail, out _);
            },
            iter: LinesTried);

    private static void AssertComesBack(AtLine at, string? line)
    {
        var room = new byte[at.Length];
        Assert.Equal(at.Length, at.CopyTo(room));
        if (line is not null)
            Assert.Equal(string.Join(' ', ReferenceGrammar.Fields(line)), Bytes.Text(room));
        Assert.True(AtLine.TryParse(room, out var again));
        Assert.Equal(Bytes.Text(at.ClientId), Bytes.Text(again.ClientId));
        Assert.Equal(at.ClientIdOffset, again.ClientIdOffset);
        Assert.Equal(at.SkewNanoseconds, again.SkewNanoseconds);
        Assert.Equal(at.TimeNanoseconds, again.TimeNanoseconds);
        Assert.True(Position.TryParse(again.Position, out _));
    }

    private static void AssertComesBack(HerdLine herd)
    {
        var text = HerdText.Of(herd);
        Assert.True(HerdLine.TryParse(Bytes.Of(text[..^1]), out var again));
        Assert.Equal(herd.Kind, again.Kind);
        Assert.Equal(herd.Boot, again.Boot);
        Assert.Equal(herd.Sequence, again.Sequence);
        Assert.Equal(herd.PingNanoseconds, again.PingNanoseconds);
        Assert.Equal(herd.PongNanoseconds, again.PongNanoseconds);
        Assert.Equal(text, HerdText.Of(again));
    }

    private static Verb ReferenceVerb(string line) => ReferenceGrammar.Fields(line) switch
    {
        [] => Verb.Blank,
        ["IAMAT", ..] => Verb.Iamat,
        ["WHATSAT", ..] => Verb.Whatsat,
        ["AT", ..] => Verb.At,
        ["HERD", ..] => Verb.Herd,
        _ => Verb.Unknown,
    };
}
