using System.Buffers;
using System.Buffers.Text;

namespace ProxyHerd.Protocol;

/// <summary>Writes the lines by which servers speak of a link, each with its line end.</summary>
public static class HerdLineWriter
{
    /// <summary>
    /// <c>HERD HELLO 1 Alford Parker 00c0ffee00c0ffee Disk 000102030405060708090a0b0c0d0e0f [proof]</c>
    /// </summary>
    /// <param name="output">Where to.</param>
    /// <param name="speaker">This server's name.</param>
    /// <param name="hearer">The neighbour's name.</param>
    /// <param name="boot">This server's boot.</param>
    /// <param name="durability">This server's durability.</param>
    /// <param name="nonce">32 hex digits.</param>
    /// <param name="proof">64 hex digits, or nothing in the dialler's HELLO.</param>
    public static void WriteHello(
        IBufferWriter<byte> output,
        ReadOnlySpan<byte> speaker,
        ReadOnlySpan<byte> hearer,
        ulong boot,
        ReadOnlySpan<byte> durability,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> proof)
    {
        output.Write("HERD HELLO 1 "u8);
        output.Write(speaker);
        output.Write(" "u8);
        output.Write(hearer);
        output.Write(" "u8);
        WriteHex(output, boot);
        output.Write(" "u8);
        output.Write(durability);
        output.Write(" "u8);
        output.Write(nonce);
        if (!proof.IsEmpty)
        {
            output.Write(" "u8);
            output.Write(proof);
        }

        output.Write("\n"u8);
    }

    /// <summary><c>HERD PROVE proof</c></summary>
    public static void WriteProve(IBufferWriter<byte> output, ReadOnlySpan<byte> proof)
    {
        output.Write("HERD PROVE "u8);
        output.Write(proof);
        output.Write("\n"u8);
    }

    /// <summary><c>HERD HAVE boot seq</c>, or <c>HERD HAVE - 0</c></summary>
    public static void WriteHave(IBufferWriter<byte> output, ulong? boot, long sequence)
    {
        if (boot is { } known)
            WritePosition(output, "HERD HAVE "u8, known, sequence);
        else
            output.Write("HERD HAVE - 0\n"u8);
    }

    /// <summary><c>HERD FROM boot seq</c></summary>
    public static void WriteFrom(IBufferWriter<byte> output, ulong boot, long sequence) =>
        WritePosition(output, "HERD FROM "u8, boot, sequence);

    /// <summary><c>HERD MARK boot seq</c></summary>
    public static void WriteMark(IBufferWriter<byte> output, ulong boot, long sequence) =>
        WritePosition(output, "HERD MARK "u8, boot, sequence);

    /// <summary><c>HERD ACK boot seq</c></summary>
    public static void WriteAck(IBufferWriter<byte> output, ulong boot, long sequence) =>
        WritePosition(output, "HERD ACK "u8, boot, sequence);

    /// <summary><c>HERD PING posix-time</c></summary>
    public static void WritePing(IBufferWriter<byte> output, long nanoseconds)
    {
        output.Write("HERD PING "u8);
        WriteTime(output, nanoseconds);
        output.Write("\n"u8);
    }

    /// <summary><c>HERD PONG posix-time posix-time</c></summary>
    public static void WritePong(IBufferWriter<byte> output, long pingNanoseconds, long nanoseconds)
    {
        output.Write("HERD PONG "u8);
        WriteTime(output, pingNanoseconds);
        output.Write(" "u8);
        WriteTime(output, nanoseconds);
        output.Write("\n"u8);
    }

    /// <summary><c>HERD DIGEST level index hash…</c></summary>
    public static void WriteDigest(IBufferWriter<byte> output, int level, int index, ReadOnlySpan<ulong> hashes)
    {
        output.Write("HERD DIGEST "u8);
        WriteNumber(output, level);
        output.Write(" "u8);
        WriteNumber(output, index);
        foreach (var hash in hashes)
        {
            output.Write(" "u8);
            WriteHex(output, hash);
        }

        output.Write("\n"u8);
    }

    /// <summary><c>HERD WANT bucket…</c></summary>
    public static void WriteWant(IBufferWriter<byte> output, ReadOnlySpan<int> buckets)
    {
        output.Write("HERD WANT"u8);
        foreach (var bucket in buckets)
        {
            output.Write(" "u8);
            WriteNumber(output, bucket);
        }

        output.Write("\n"u8);
    }

    /// <summary><c>HERD BYE reason</c></summary>
    public static void WriteBye(IBufferWriter<byte> output, ReadOnlySpan<byte> reason)
    {
        output.Write("HERD BYE "u8);
        output.Write(reason);
        output.Write("\n"u8);
    }

    private static void WritePosition(IBufferWriter<byte> output, ReadOnlySpan<byte> head, ulong boot, long sequence)
    {
        output.Write(head);
        WriteHex(output, boot);
        output.Write(" "u8);
        WriteNumber(output, sequence);
        output.Write("\n"u8);
    }

    private static void WriteHex(IBufferWriter<byte> output, ulong value)
    {
        Utf8Formatter.TryFormat(value, output.GetSpan(16), out var written, new StandardFormat('x', 16));
        output.Advance(written);
    }

    private static void WriteNumber(IBufferWriter<byte> output, long value)
    {
        Utf8Formatter.TryFormat(value, output.GetSpan(20), out var written);
        output.Advance(written);
    }

    private static void WriteTime(IBufferWriter<byte> output, long nanoseconds) =>
        output.Advance(PosixTime.Format(nanoseconds, output.GetSpan(20)));
}
