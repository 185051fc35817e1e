using System.Buffers;

namespace ProxyHerd.Protocol.Tests;

/// <summary>Writes a parsed line again, by the writer of its kind.</summary>
internal static class HerdText
{
    public static string Of(in HerdLine herd)
    {
        var output = new ArrayBufferWriter<byte>();
        switch (herd.Kind)
        {
            case HerdKind.Hello:
                HerdLineWriter.WriteHello(output, herd.Speaker, herd.Hearer, herd.Boot!.Value, herd.Durability, herd.Nonce, herd.Proof);
                break;
            case HerdKind.Prove:
                HerdLineWriter.WriteProve(output, herd.Proof);
                break;
            case HerdKind.Have:
                HerdLineWriter.WriteHave(output, herd.Boot, herd.Sequence);
                break;
            case HerdKind.From:
                HerdLineWriter.WriteFrom(output, herd.Boot!.Value, herd.Sequence);
                break;
            case HerdKind.Mark:
                HerdLineWriter.WriteMark(output, herd.Boot!.Value, herd.Sequence);
                break;
            case HerdKind.Ack:
                HerdLineWriter.WriteAck(output, herd.Boot!.Value, herd.Sequence);
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

        return Bytes.Text(output.WrittenSpan);
    }

    public static ulong[] Hashes(ReadOnlySpan<byte> rest)
    {
        var hashes = new List<ulong>();
        while (HerdLine.TryReadHash(ref rest, out var hash))
            hashes.Add(hash);
        return [.. hashes];
    }

    public static int[] Buckets(ReadOnlySpan<byte> rest)
    {
        var buckets = new List<int>();
        while (HerdLine.TryReadBucket(ref rest, out var bucket))
            buckets.Add(bucket);
        return [.. buckets];
    }
}
