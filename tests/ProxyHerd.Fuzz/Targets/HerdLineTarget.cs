using System.Buffers;
using ProxyHerd.Protocol;
using ProxyHerd.Protocol.Tests;

namespace ProxyHerd.Fuzz.Targets;

/// <summary>What is taken as a HERD line is written by the writer of its kind, and that parses to the very same.</summary>
internal sealed class HerdLineTarget : IFuzzTarget
{
    private readonly ArrayBufferWriter<byte> _first = new(HerdLine.BytesMax + 1);
    private readonly ArrayBufferWriter<byte> _second = new(HerdLine.BytesMax + 1);
    private readonly ulong[] _hashes = new ulong[256];
    private readonly int[] _buckets = new int[256];

    public string Name => "HerdLine";

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!HerdLine.TryParse(input, out var herd))
            return false;
        Oracle.Holds(Verbs.Of(input) == Verb.Herd, "a HERD line has the verb HERD");
        Oracle.Holds(herd.Boot is not null || herd is not { Kind: HerdKind.From or HerdKind.Mark or HerdKind.Ack or HerdKind.Hello }, "only HAVE may lack a boot");
        var written = Write(herd, _first);
        Oracle.Holds(written[^1] == (byte)'\n' && written.IndexOf((byte)'\n') == written.Length - 1, "one line is written");
        var line = written[..^1];
        Oracle.Holds(line.Length <= HerdLine.BytesMax, "what is written is within the limit");
        Oracle.Holds(HerdLine.TryParse(line, out var again), "what is written parses");
        AreEqual(herd, again);
        Oracle.AreEqual(written, Write(again, _second), "it is written the same again");
        return true;
    }

    public void Compare(ReadOnlySpan<byte> input) =>
        Oracle.Holds(HerdLine.TryParse(input, out _) == ReferenceGrammar.IsHerd(Oracle.Text(input)), "the reference grammar agrees");

    private static void AreEqual(HerdLine herd, HerdLine again)
    {
        Oracle.Holds(herd.Kind == again.Kind, "the kind comes back");
        Oracle.Holds(herd.Boot == again.Boot && herd.Sequence == again.Sequence, "the position comes back");
        Oracle.Holds(herd.PingNanoseconds == again.PingNanoseconds && herd.PongNanoseconds == again.PongNanoseconds, "the times come back");
        Oracle.Holds(herd.Level == again.Level && herd.Index == again.Index, "the node comes back");
        Oracle.AreEqual(herd.Speaker, again.Speaker, "the speaker comes back");
        Oracle.AreEqual(herd.Hearer, again.Hearer, "the hearer comes back");
        Oracle.AreEqual(herd.Durability, again.Durability, "the durability comes back");
        Oracle.AreEqual(herd.Nonce, again.Nonce, "the nonce comes back");
        Oracle.AreEqual(herd.Proof, again.Proof, "the proof comes back");
        Oracle.AreEqual(herd.Reason, again.Reason, "the reason comes back");
    }

    private ReadOnlySpan<byte> Write(HerdLine herd, ArrayBufferWriter<byte> output)
    {
        output.ResetWrittenCount();
        switch (herd.Kind)
        {
            case HerdKind.Hello:
                HerdLineWriter.WriteHello(output, herd.Speaker, herd.Hearer, herd.Boot ?? 0, herd.Durability, herd.Nonce, herd.Proof);
                break;
            case HerdKind.Prove:
                HerdLineWriter.WriteProve(output, herd.Proof);
                break;
            case HerdKind.Have:
                HerdLineWriter.WriteHave(output, herd.Boot, herd.Sequence);
                break;
            case HerdKind.From:
                HerdLineWriter.WriteFrom(output, herd.Boot ?? 0, herd.Sequence);
                break;
            case HerdKind.Mark:
                HerdLineWriter.WriteMark(output, herd.Boot ?? 0, herd.Sequence);
                break;
            case HerdKind.Ack:
                HerdLineWriter.WriteAck(output, herd.Boot ?? 0, herd.Sequence);
                break;
            case HerdKind.Ping:
                HerdLineWriter.WritePing(output, herd.PingNanoseconds);
                break;
            case HerdKind.Pong:
                HerdLineWriter.WritePong(output, herd.PingNanoseconds, herd.PongNanoseconds);
                break;
            case HerdKind.Digest:
                HerdLineWriter.WriteDigest(output, herd.Level, herd.Index, Hashes(herd.Rest));
                break;
            case HerdKind.Want:
                HerdLineWriter.WriteWant(output, Buckets(herd.Rest));
                break;
            default:
                HerdLineWriter.WriteBye(output, herd.Reason);
                break;
        }

        return output.WrittenSpan;
    }

    private ReadOnlySpan<ulong> Hashes(ReadOnlySpan<byte> rest)
    {
        var count = 0;
        while (HerdLine.TryReadHash(ref rest, out var hash))
            _hashes[count++] = hash;
        return _hashes.AsSpan(0, count);
    }

    private ReadOnlySpan<int> Buckets(ReadOnlySpan<byte> rest)
    {
        var count = 0;
        while (HerdLine.TryReadBucket(ref rest, out var bucket))
            _buckets[count++] = bucket;
        return _buckets.AsSpan(0, count);
    }
}
