using System.Security.Cryptography;
using System.Text;

namespace ProxyHerd.EndToEnd.Hostile;

/// <summary>What a peer says that plays a server's neighbour, honestly or not.</summary>
internal static class Handshake
{
    /// <summary>A boot that nobody has.</summary>
    public const string Boot = "00c0ffee00c0ffee";

    private const string Nonce = "000102030405060708090a0b0c0d0e0f";

    /// <summary><c>HERD HELLO 1 SPEAKER HEARER BOOT Memory NONCE</c></summary>
    public static string Hello(string speaker, string hearer) => $"HERD HELLO 1 {speaker} {hearer} {Boot} Memory {Nonce}";

    /// <summary>What the dialler says to prove that it knows the secret.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="dialler">The dialler's HELLO.</param>
    /// <param name="listener">The listener's HELLO, with its proof.</param>
    public static string Prove(string secret, string dialler, string listener) =>
        $"HERD PROVE {Proof(secret, dialler, WithoutProof(listener), "dialler")}";

    /// <summary>The listener's HELLO with its proof.</summary>
    public static string Answer(string secret, string dialler, string listener) =>
        $"{listener} {Proof(secret, dialler, listener, "listener")}";

    /// <summary>The proof at the end of a listener's HELLO.</summary>
    public static string ProofOf(string listener) => listener[(listener.LastIndexOf(' ') + 1)..];

    private static string WithoutProof(string listener) => listener[..listener.LastIndexOf(' ')];

    private static string Proof(string secret, string dialler, string listener, string role) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.Latin1.GetBytes(secret), Encoding.Latin1.GetBytes($"{dialler}\n{listener}\n{role}")));
}
