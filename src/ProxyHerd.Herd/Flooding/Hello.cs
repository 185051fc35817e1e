using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Flooding;

/// <summary>One side's HELLO, kept for the proofs that both sides make over it.</summary>
internal sealed class Hello
{
    private static ReadOnlySpan<byte> DiallerRole => "dialler"u8;

    private static ReadOnlySpan<byte> ListenerRole => "listener"u8;

    private readonly byte[] _line;
    private readonly byte[] _speaker;
    private readonly byte[] _hearer;
    private readonly byte[] _durability;
    private readonly byte[] _nonce;

    private Hello(ReadOnlySpan<byte> speaker, ReadOnlySpan<byte> hearer, ulong boot, ReadOnlySpan<byte> durability, ReadOnlySpan<byte> nonce)
    {
        _speaker = speaker.ToArray();
        _hearer = hearer.ToArray();
        _durability = durability.ToArray();
        _nonce = nonce.ToArray();
        Boot = boot;
        var line = new ArrayBufferWriter<byte>();
        Write(line, default);
        _line = line.WrittenSpan.ToArray();
    }

    /// <summary>The speaker's name.</summary>
    public string Speaker => Encoding.UTF8.GetString(_speaker);

    /// <summary>The name of whom it means to speak to.</summary>
    public string Hearer => Encoding.UTF8.GetString(_hearer);

    /// <summary>The speaker's name, as it came.</summary>
    public ReadOnlySpan<byte> SpeakerBytes => _speaker;

    /// <summary>The other name, as it came.</summary>
    public ReadOnlySpan<byte> HearerBytes => _hearer;

    /// <summary>The speaker's boot.</summary>
    public ulong Boot { get; }

    /// <summary>Whether what the speaker acknowledges is on its disk.</summary>
    public bool IsOnDisk => Enum.TryParse<Durability>(Encoding.UTF8.GetString(_durability), out var durability) && durability >= Durability.Disk;

    /// <summary>This server's HELLO to a neighbour.</summary>
    /// <param name="server">This server.</param>
    /// <param name="neighbour">The neighbour's name.</param>
    public static Hello Of(HerdServer server, string neighbour)
    {
        Span<byte> nonce = stackalloc byte[HerdLine.NonceBytes];
        server.Randomness.Fill(nonce);
        return new Hello(
            server.Identity.NameBytes.Span,
            Encoding.UTF8.GetBytes(neighbour),
            server.Identity.Boot,
            Encoding.UTF8.GetBytes(server.Committer.Durability.ToString()),
            Hex(nonce));
    }

    /// <summary>A HELLO as it was parsed.</summary>
    public static Hello Of(HerdLine line) => new(line.Speaker, line.Hearer, line.Boot ?? 0, line.Durability, line.Nonce);

    /// <summary>Writes it, the listener's with its proof.</summary>
    public void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> proof) =>
        HerdLineWriter.WriteHello(output, _speaker, _hearer, Boot, _durability, _nonce, proof);

    /// <summary>That the listener knows the secret: 64 hex digits.</summary>
    public static byte[] ListenerProof(ReadOnlySpan<byte> secret, Hello dialler, Hello listener) =>
        Proof(secret, dialler, listener, ListenerRole);

    /// <summary>That the dialler knows the secret: 64 hex digits.</summary>
    public static byte[] DiallerProof(ReadOnlySpan<byte> secret, Hello dialler, Hello listener) =>
        Proof(secret, dialler, listener, DiallerRole);

    /// <summary>Compares two proofs in a time that does not depend on where they differ.</summary>
    public static bool IsEqual(ReadOnlySpan<byte> proof, ReadOnlySpan<byte> expected) =>
        CryptographicOperations.FixedTimeEquals(proof, expected);

    /// <summary>
    /// HMAC-SHA256 over the dialler's HELLO, the listener's without its proof, and the prover's role, so that neither a
    /// proof of another session nor the other side's own can be shown again.
    /// </summary>
    private static byte[] Proof(ReadOnlySpan<byte> secret, Hello dialler, Hello listener, ReadOnlySpan<byte> role)
    {
        byte[] message = [.. dialler._line, .. listener._line, .. role];
        return Hex(HMACSHA256.HashData(secret, message));
    }

    private static byte[] Hex(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes));
}
