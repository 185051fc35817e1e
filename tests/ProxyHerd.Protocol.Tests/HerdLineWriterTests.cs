using System.Buffers;
using CsCheck;
using Xunit;

namespace ProxyHerd.Protocol.Tests;

public sealed class HerdLineWriterTests
{
    private static Gen<ulong> Boot => Gen.OneOf<ulong>(Gen.ULong, Gen.ULong[0, 20], Gen.Const(ulong.MaxValue));
    private static Gen<long> Sequence => Gen.OneOf<long>(Gen.Long[0, long.MaxValue], Gen.Long[0, 20], Gen.Const(long.MaxValue));
    private static Gen<long> Time => Gen.OneOf<long>(
        Gen.Long[0, (PosixTime.SecondsLimit * PosixTime.NanosecondsPerSecond) - 1], Gen.Long[0, 2_000_000_000]);

    [Fact]
    public void WriteHello_AnyFields_ParsesBackEqual() =>
        Gen.Select(Lines.Name(64), Lines.Name(64), Boot, Lines.Name(64), Hex(32), Gen.OneOf<string>(Hex(64), Gen.Const(""))).Sample(
            (speaker, hearer, boot, durability, nonce, proof) =>
            {
                var line = Line(output => HerdLineWriter.WriteHello(
                    output, Bytes.Of(speaker), Bytes.Of(hearer), boot, Bytes.Of(durability), Bytes.Of(nonce), Bytes.Of(proof)));
                Assert.True(HerdLine.TryParse(line, out var herd));
                Assert.Equal(HerdKind.Hello, herd.Kind);
                Assert.Equal(speaker, Bytes.Text(herd.Speaker));
                Assert.Equal(hearer, Bytes.Text(herd.Hearer));
                Assert.Equal(boot, herd.Boot);
                Assert.Equal(durability, Bytes.Text(herd.Durability));
                Assert.Equal(nonce, Bytes.Text(herd.Nonce));
                Assert.Equal(proof, Bytes.Text(herd.Proof));
            },
            iter: 2_000);

    [Fact]
    public void WriteProve_AnyProof_ParsesBackEqual() =>
        Hex(64).Sample(
            proof =>
            {
                Assert.True(HerdLine.TryParse(Line(output => HerdLineWriter.WriteProve(output, Bytes.Of(proof))), out var herd));
                Assert.Equal(HerdKind.Prove, herd.Kind);
                Assert.Equal(proof, Bytes.Text(herd.Proof));
            },
            iter: 1_000);

    [Fact]
    public void WritePosition_AnyBootAndSequence_ParsesBackEqual() =>
        Gen.Select(Boot, Sequence).Sample(
            (boot, sequence) =>
            {
                AssertPosition(HerdKind.Have, boot, sequence, output => HerdLineWriter.WriteHave(output, boot, sequence));
                AssertPosition(HerdKind.From, boot, sequence, output => HerdLineWriter.WriteFrom(output, boot, sequence));
                AssertPosition(HerdKind.Mark, boot, sequence, output => HerdLineWriter.WriteMark(output, boot, sequence));
                AssertPosition(HerdKind.Ack, boot, sequence, output => HerdLineWriter.WriteAck(output, boot, sequence));
            },
            iter: 2_000);

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    public void WriteHave_NoBoot_NamesNoSequence(long sequence)
    {
        AssertPosition(HerdKind.Have, null, 0, output => HerdLineWriter.WriteHave(output, null, sequence));
        Assert.Equal("HERD HAVE - 0", Bytes.Text(Line(output => HerdLineWriter.WriteHave(output, null, sequence))));
    }

    [Fact]
    public void WritePingAndPong_AnyTimes_ParseBackEqual() =>
        Gen.Select(Time, Time).Sample(
            (first, second) =>
            {
                Assert.True(HerdLine.TryParse(Line(output => HerdLineWriter.WritePing(output, first)), out var ping));
                Assert.Equal((HerdKind.Ping, first), (ping.Kind, ping.PingNanoseconds));
                Assert.True(HerdLine.TryParse(Line(output => HerdLineWriter.WritePong(output, first, second)), out var pong));
                Assert.Equal((HerdKind.Pong, first, second), (pong.Kind, pong.PingNanoseconds, pong.PongNanoseconds));
            },
            iter: 2_000);

    [Fact]
    public void WriteDigest_AnyHashes_ParsesBackEqual() =>
        Gen.Select(Gen.Int[0, 1], Gen.Int[0, 255], Gen.OneOf<ulong[]>(Boot.Array[1, 8], Boot.Array[256])).Sample(
            (level, index, hashes) =>
            {
                var line = Line(output => HerdLineWriter.WriteDigest(output, level, index, hashes));
                Assert.True(line.Length <= HerdLine.BytesMax);
                Assert.True(HerdLine.TryParse(line, out var herd));
                Assert.Equal((HerdKind.Digest, level, index), (herd.Kind, herd.Level, herd.Index));
                Assert.Equal(hashes, HerdText.Hashes(herd.Rest));
            },
            iter: 500);

    [Fact]
    public void WriteWant_AnyBuckets_ParsesBackEqual() =>
        Gen.OneOf<int[]>(Gen.Int[0, 65_535].Array[1, 8], Gen.Int[0, 65_535].Array[256]).Sample(
            buckets =>
            {
                var line = Line(output => HerdLineWriter.WriteWant(output, buckets));
                Assert.True(line.Length <= HerdLine.BytesMax);
                Assert.True(HerdLine.TryParse(line, out var herd));
                Assert.Equal(HerdKind.Want, herd.Kind);
                Assert.Equal(buckets, HerdText.Buckets(herd.Rest));
            },
            iter: 500);

    [Fact]
    public void WriteBye_AnyReason_ParsesBackEqual() =>
        Lines.Name(HerdLine.ReasonBytesMax).Sample(
            reason =>
            {
                Assert.True(HerdLine.TryParse(Line(output => HerdLineWriter.WriteBye(output, Bytes.Of(reason))), out var herd));
                Assert.Equal((HerdKind.Bye, reason), (herd.Kind, Bytes.Text(herd.Reason)));
            },
            iter: 1_000);

    private static void AssertPosition(HerdKind kind, ulong? boot, long sequence, Action<IBufferWriter<byte>> write)
    {
        Assert.True(HerdLine.TryParse(Line(write), out var herd));
        Assert.Equal(kind, herd.Kind);
        Assert.Equal(boot, herd.Boot);
        Assert.Equal(sequence, herd.Sequence);
    }

    /// <summary>What was written, framed as its receiver does it: one line and nothing behind it.</summary>
    private static byte[] Line(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        var framed = Framed.ReadAll(new(output.WrittenMemory), HerdLine.BytesMax);
        Assert.Equal([LineStatus.Complete, LineStatus.Incomplete], framed.Select(line => line.Status));
        Assert.Equal(output.WrittenCount, framed[0].Consumed);
        return Bytes.Of(framed[0].Line);
    }

    private static Gen<string> Hex(int digits) => Gen.Char["0123456789abcdef"].Array[digits].Select(chars => new string(chars));
}
