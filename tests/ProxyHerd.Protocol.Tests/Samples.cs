using Xunit;

namespace ProxyHerd.Protocol.Tests;

/// <summary>One line of every kind, as the design shows them.</summary>
internal static class Samples
{
    public const string Iamat = "IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 1400794645.392014450";
    public const string At = "AT Alford +54.108893381 kiwi.cs.ucla.edu +34.068930-118.445127 1400794645.392014450";
    public const string Whatsat = "WHATSAT kiwi.cs.ucla.edu 10 5";
    public const string Boot = "00c0ffee00c0ffee";
    public const string Nonce = "000102030405060708090a0b0c0d0e0f";
    public const string Proof = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    public static readonly string[] OfClients = [Iamat, At, Whatsat];

    public static readonly string[] OfLinks =
    [
        $"HERD HELLO 1 Alford Parker {Boot} Disk {Nonce}",
        $"HERD HELLO 1 Parker Alford {Boot} EverySecond {Nonce} {Proof}",
        $"HERD PROVE {Proof}",
        $"HERD HAVE {Boot} 17",
        "HERD HAVE - 0",
        $"HERD FROM {Boot} 0",
        $"HERD MARK {Boot} 9223372036854775807",
        $"HERD ACK {Boot} 42",
        "HERD PING 1400794645.392014450",
        "HERD PONG 1400794645.392014450 1400794646.000000000",
        $"HERD DIGEST 0 0 {Boot} ffffffffffffffff 0000000000000000",
        $"HERD DIGEST 1 255 {Boot}",
        "HERD WANT 0 255 65535",
        "HERD BYE replaced",
    ];

    public static readonly string[] All = [.. OfClients, .. OfLinks];

    public static TheoryData<string> EachOfAll => [.. All];

    public static TheoryData<string> EachOfLinks => [.. OfLinks];
}
