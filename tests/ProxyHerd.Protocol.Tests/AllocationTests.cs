using System.Buffers;
using Xunit;

namespace ProxyHerd.Protocol.Tests;

/// <summary>What every update costs on its way in and out: no byte on the heap.</summary>
public sealed class AllocationTests
{
    private const int Iterations = 10_000;

    private readonly byte[] _scratch = new byte[HerdLine.BytesMax + 1];
    private readonly ArrayBufferWriter<byte> _output = new(HerdLine.BytesMax);

    [Fact]
    public void Iamat_FramedParsedAndAnswered_AllocatesNothing() => AssertNoAllocation(Samples.Iamat, Answer, Samples.At);

    [Fact]
    public void At_FramedParsedAndWritten_AllocatesNothing() => AssertNoAllocation(Samples.At, CopyAt, Samples.At);

    [Fact]
    public void AtOfAnotherMake_FramedParsedAndWritten_AllocatesNothing()
    {
        const string Line = "AT Alford 5.006e-05 kiwi.cs.ucla.edu +34.068930-118.445127 1400794645.392014450";
        AssertNoAllocation(Line, CopyAt, Line);
    }

    [Fact]
    public void Mark_FramedParsedAndAcknowledged_AllocatesNothing() =>
        AssertNoAllocation($"HERD MARK {Samples.Boot} 17", Acknowledge, $"HERD ACK {Samples.Boot} 17\n");

    [Fact]
    public void Ping_FramedParsedAndAnswered_AllocatesNothing() =>
        AssertNoAllocation("HERD PING 1400794645.392014450", Pong, "HERD PONG 1400794645.392014450 1400794645.392014450\n");

    [Fact]
    public void Whatsat_FramedAndParsed_AllocatesNothing() => AssertNoAllocation(Samples.Whatsat, Ask, "kiwi.cs.ucla.edu");

    [Fact]
    public void BadLine_FramedAndRefused_AllocatesNothing() => AssertNoAllocation("IAMAT kiwi +91+0 1", Refuse, "IAMAT kiwi +91+0 1");

    private delegate void Handler(ReadOnlySpan<byte> line, IBufferWriter<byte> output);

    /// <summary>Both a line in one segment and one that straddles two, after enough rounds for all that is made once.</summary>
    private void AssertNoAllocation(string line, Handler handle, string written)
    {
        var bytes = Bytes.Of(line + "\r\n");
        foreach (var buffer in new[] { new(bytes), Segments.Cut(bytes, bytes.Length / 2) })
        {
            Run(buffer, handle);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Run(buffer, handle);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(written, Bytes.Text(_output.WrittenSpan));
        }
    }

    private void Run(in ReadOnlySequence<byte> buffer, Handler handle)
    {
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            _output.ResetWrittenCount();
            var reader = new LineReader(buffer, _scratch, lineBytesMax: 4096, isFinal: false);
            while (reader.Read(out var line) == LineStatus.Complete)
                handle(line, _output);
        }
    }

    private static void Answer(ReadOnlySpan<byte> line, IBufferWriter<byte> output)
    {
        if (Verbs.Of(line) == Verb.Iamat && IamatLine.TryParse(line, out var iamat) && Position.TryParse(iamat.Position, out _))
            Write(AtLine.From("Alford"u8, 54_108_893_381, iamat, stackalloc byte[PosixTime.SkewBytesMax]), output);
    }

    private static void CopyAt(ReadOnlySpan<byte> line, IBufferWriter<byte> output)
    {
        if (AtLine.TryParse(line, out var at))
            Write(at, output);
    }

    private static void Write(AtLine at, IBufferWriter<byte> output) => output.Advance(at.CopyTo(output.GetSpan(at.Length)));

    private static void Acknowledge(ReadOnlySpan<byte> line, IBufferWriter<byte> output)
    {
        if (HerdLine.TryParse(line, out var herd) && herd is { Kind: HerdKind.Mark, Boot: { } boot })
            HerdLineWriter.WriteAck(output, boot, herd.Sequence);
    }

    private static void Pong(ReadOnlySpan<byte> line, IBufferWriter<byte> output)
    {
        if (HerdLine.TryParse(line, out var herd))
            HerdLineWriter.WritePong(output, herd.PingNanoseconds, herd.PingNanoseconds);
    }

    private static void Ask(ReadOnlySpan<byte> line, IBufferWriter<byte> output)
    {
        if (WhatsatLine.TryParse(line, out var whatsat))
            output.Write(whatsat.ClientId);
    }

    private static void Refuse(ReadOnlySpan<byte> line, IBufferWriter<byte> output)
    {
        if (!IamatLine.TryParse(line, out _))
            output.Write(line);
    }
}
