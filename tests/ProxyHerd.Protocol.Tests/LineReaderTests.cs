using CsCheck;
using Xunit;

namespace ProxyHerd.Protocol.Tests;

public sealed class LineReaderTests
{
    [Theory]
    [MemberData(nameof(Samples.EachOfAll), MemberType = typeof(Samples))]
    public void Read_SampleSplitAtEveryIndex_GivesTheLine(string sample)
    {
        foreach (var lineEnd in new[] { "\n", "\r\n" })
        {
            var bytes = Bytes.Of(sample + lineEnd);
            Framed[] expected = [new(LineStatus.Complete, sample, bytes.Length), new(LineStatus.Incomplete, "", bytes.Length)];
            Assert.Equal(expected, Framed.ReadAll(new(bytes)));
            Assert.Equal(expected, Framed.ReadAll(Segments.OneByteEach(bytes)));
            for (var index = 0; index <= bytes.Length; index++)
            {
                Assert.Equal(expected, Framed.ReadAll(Segments.Cut(bytes, index)));
                Assert.Equal(expected, Framed.ReadAll(Segments.Cut(bytes, index, index)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Samples.EachOfAll), MemberType = typeof(Samples))]
    public void Read_SampleCutShort_IsIncompleteAndConsumesNothing(string sample)
    {
        for (var length = 0; length <= sample.Length; length++)
        {
            var bytes = Bytes.Of(sample[..length]);
            Framed[] expected = [new(LineStatus.Incomplete, "", 0)];
            Assert.Equal(expected, Framed.ReadAll(new(bytes)));
            Assert.Equal(expected, Framed.ReadAll(Segments.OneByteEach(bytes)));
        }
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Read_AllSamplesInOneBufferSplitAtEveryIndex_GivesEachInOrder(string lineEnd)
    {
        var bytes = Bytes.Of(string.Concat(Samples.All.Select(sample => sample + lineEnd)));
        var expected = new List<Framed>();
        long consumed = 0;
        foreach (var sample in Samples.All)
            expected.Add(new Framed(LineStatus.Complete, sample, consumed += sample.Length + lineEnd.Length));
        expected.Add(new Framed(LineStatus.Incomplete, "", consumed));

        Assert.Equal(expected, Framed.ReadAll(new(bytes)));
        Assert.Equal(expected, Framed.ReadAll(Segments.OneByteEach(bytes)));
        for (var index = 0; index <= bytes.Length; index++)
            Assert.Equal(expected, Framed.ReadAll(Segments.Cut(bytes, index)));
    }

    [Theory]
    [InlineData("", "|")]
    [InlineData("\n", "|", "")]
    [InlineData("\r\n", "|", "")]
    [InlineData("\n\n\r\n", "|", "", "", "")]
    [InlineData("a\n", "|", "a")]
    [InlineData("a\r\n", "|", "a")]
    [InlineData("a\r\r\n", "|", "a\r")]
    [InlineData("\r\r\n", "|", "\r")]
    [InlineData("a\rb\n", "|", "a\rb")]
    [InlineData("\ra\n", "|", "\ra")]
    [InlineData("a\n\rb\n", "|", "a", "\rb")]
    [InlineData(" a \t\v\f\n", "|", " a \t\v\f")]
    [InlineData("a\0b\n", "|", "a\0b")]
    [InlineData("\xC2\x85\xE2\x80\xA8\n", "|", "\xC2\x85\xE2\x80\xA8")]
    [InlineData("a\nb", "b|", "a")]
    [InlineData("a\nb\r", "b\r|", "a")]
    [InlineData("\r", "\r|")]
    public void Read_LineEnds_OnlyLineFeedEndsALineAndOneCarriageReturnIsDropped(string text, string left, params string[] lines)
    {
        var bytes = Bytes.Of(text);
        foreach (var buffer in new[] { new(bytes), Segments.OneByteEach(bytes) })
        {
            var framed = Framed.ReadAll(buffer);
            Assert.Equal(lines, framed.SkipLast(1).Select(line => line.Line));
            Assert.Equal(new Framed(LineStatus.Incomplete, "", text.Length - (left.Length - 1)), framed[^1]);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\n", "a")]
    [InlineData("a", "a")]
    [InlineData("a\r", "a")]
    [InlineData("a\r\r", "a\r")]
    [InlineData("a\nb", "a", "b")]
    [InlineData("\n", "")]
    [InlineData("\n\r", "", "")]
    [InlineData("\r\nb\r\nc", "", "b", "c")]
    [InlineData(Samples.Iamat, Samples.Iamat)]
    public void Read_AtEndOfInput_WhatIsLeftIsALineToo(string text, params string[] lines)
    {
        var bytes = Bytes.Of(text);
        foreach (var buffer in new[] { new(bytes), Segments.OneByteEach(bytes) })
        {
            var framed = Framed.ReadAll(buffer, isFinal: true);
            Assert.Equal(lines, framed.SkipLast(1).Select(line => line.Line));
            Assert.Equal(new Framed(LineStatus.Incomplete, "", text.Length), framed[^1]);
        }
    }

    // The limit counts a line without its end, so CRLF may make it two bytes longer on the wire.
    [Theory]
    [InlineData(4096, "\n", true)]
    [InlineData(4096, "\r\n", true)]
    [InlineData(4097, "\n", false)]
    [InlineData(4097, "\r\n", false)]
    [InlineData(4096, "\r\r\n", false)]
    [InlineData(4096, "\r ", false)]
    [InlineData(4097, "\r", false)]
    [InlineData(4097, "", false)]
    [InlineData(4098, "", false)]
    [InlineData(100_000, "", false)]
    [InlineData(100_000, "\n", false)]
    public void Read_AtOrOverTheLimit_TooLongOnlyBeyondIt(int length, string lineEnd, bool isWithin)
    {
        var text = new string('x', length) + lineEnd;
        var bytes = Bytes.Of("before\n" + text + "\nbehind\n");
        Framed before = new(LineStatus.Complete, "before", 7);
        Framed[] expected = isWithin
            ? [before, new(LineStatus.Complete, new string('x', length), 7 + text.Length), new(LineStatus.Complete, "", 8 + text.Length)]
            : [before, new(LineStatus.TooLong, new string('x', 256), 7)];

        var every100 = Enumerable.Range(1, bytes.Length / 100).Select(index => index * 100);
        var aboutTheEnd = Segments.Cut(bytes, 7 + length, 7 + text.Length, 8 + text.Length);
        foreach (var buffer in new[] { new(bytes), Segments.OneByteEach(bytes), Segments.Cut(bytes, every100), aboutTheEnd })
            Assert.Equal(expected, Framed.ReadAll(buffer).Take(expected.Length));
    }

    [Theory]
    [InlineData(4096, "", false, LineStatus.Incomplete)]
    [InlineData(4096, "\r", false, LineStatus.Incomplete)]
    [InlineData(4096, "", true, LineStatus.Complete)]
    [InlineData(4096, "\r", true, LineStatus.Complete)]
    [InlineData(4097, "", false, LineStatus.TooLong)]
    [InlineData(4097, "", true, LineStatus.TooLong)]
    [InlineData(4097, "\r", false, LineStatus.TooLong)]
    [InlineData(4097, "\r", true, LineStatus.TooLong)]
    [InlineData(4096, "\r\r", false, LineStatus.TooLong)]
    [InlineData(4096, "\r\r", true, LineStatus.TooLong)]
    public void Read_AtOrOverTheLimitWithoutLineFeed_WaitsOnlyForWhatMayStillBeALine(
        int length, string behind, bool isFinal, LineStatus expected)
    {
        var bytes = Bytes.Of(new string('x', length) + behind);
        foreach (var buffer in new[] { new(bytes), Segments.OneByteEach(bytes), Segments.Cut(bytes, 256), Segments.Cut(bytes, 4096) })
            Assert.Equal(expected, Framed.ReadAll(buffer, isFinal: isFinal)[0].Status);
    }

    [Fact]
    public void Read_AfterTooLong_StaysThere()
    {
        var reader = new LineReader(new(Bytes.Of("abcdef\ngh\n")), new byte[4], lineBytesMax: 3, isFinal: false);
        for (var call = 0; call < 3; call++)
        {
            Assert.Equal(LineStatus.TooLong, reader.Read(out var line));
            Assert.Equal("abcd", Bytes.Text(line));
        }
    }

    [Fact]
    public void Read_LineWithinOneSegment_IsNotCopied()
    {
        var bytes = Bytes.Of("one\ntwo\r\nthree\n");
        var reader = new LineReader(new(bytes), [], lineBytesMax: 4096, isFinal: false);
        foreach (var start in new[] { 0, 4, 9 })
        {
            reader.Read(out var line);
            Assert.True(line.Overlaps(bytes, out var before));
            Assert.Equal(start, -before);
        }
    }

    [Fact]
    public void Read_RandomBytesAndSegments_AgreesWithTheNaiveReader() =>
        Gen.Select(Text, Gen.Double[0, 1].Array[0, 12], Limit, Gen.Bool).Sample(
            (text, cuts, limit, isFinal) =>
            {
                var bytes = Bytes.Of(text);
                var buffer = Segments.Cut(bytes, cuts.Select(cut => (int)(cut * bytes.Length)));
                return Framed.ReadAll(buffer, limit, isFinal).SequenceEqual(Framed.ReadAllNaively(text, limit, isFinal));
            },
            iter: 30_000);

    [Fact]
    public void Read_BytesAsTheyArrive_AgreesWithTheNaiveReader() =>
        Gen.Select(Text, Gen.Double[0, 1].Array[0, 12], Limit, Gen.Bool).Sample(
            (text, cuts, limit, isFinal) =>
            {
                var bytes = Bytes.Of(text);
                var pieces = Segments.Pieces(bytes, cuts.Select(cut => (int)(cut * bytes.Length)));
                return ReadAsTheyArrive(pieces, limit, isFinal).SequenceEqual(Framed.ReadAllNaively(text, limit, isFinal));
            },
            iter: 30_000);

    private static Gen<int> Limit => Gen.OneOf<int>(Gen.Int[0, 12], Gen.Int[250, 260]);

    // Line ends are far more frequent than among random bytes, and now and then a stretch is long enough for the larger limits.
    private static Gen<string> Text => Gen.OneOf<string>(
        Gen.OneOf("\n", "\r\n", "\r"),
        Gen.OneOf("a", " ", "\0", "\xFF", "bc", "defghij"),
        Gen.Byte.Select(value => ((char)value).ToString()),
        Gen.Frequency<string>((20, Gen.Const("")), (1, Gen.Int[245, 260].Select(length => new string('x', length)))))
        .Array[0, 40].Select(string.Concat);

    /// <summary>Each piece is read behind what was not consumed before, as a pipe does it; the end of input comes by itself.</summary>
    private static List<Framed> ReadAsTheyArrive(List<byte[]> pieces, int lineBytesMax, bool isFinal)
    {
        var all = new List<Framed>();
        var kept = new List<byte[]>();
        long consumed = 0;
        for (var index = 0; index <= pieces.Count; index++)
        {
            kept.Add(index < pieces.Count ? pieces[index] : []);
            var buffer = Segments.Of(kept);
            var framed = Framed.ReadAll(buffer, lineBytesMax, isFinal && index == pieces.Count);
            all.AddRange(framed.Select(line => line with { Consumed = line.Consumed + consumed }));
            if (framed[^1].Status == LineStatus.TooLong)
                return all;
            if (index < pieces.Count)
                all.RemoveAt(all.Count - 1);

            consumed += framed[^1].Consumed;
            kept = [];
            foreach (var segment in buffer.Slice(framed[^1].Consumed))
                kept.Add(segment.ToArray());
        }

        return all;
    }
}
