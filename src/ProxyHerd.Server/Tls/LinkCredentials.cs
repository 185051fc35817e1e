using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ProxyHerd.Herd.Connections;

namespace ProxyHerd.Server.Tls;

/// <summary>What a server shows its neighbours, and whom it believes.</summary>
/// <param name="Own">Its certificate with its key, and the intermediate ones that it sends along.</param>
/// <param name="Authorities">Who must have issued a neighbour's.</param>
internal sealed record LinkCredentials(SslStreamCertificateContext Own, X509Certificate2Collection Authorities)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>Reads PEM files, and holds them against what neighbours will ask of them.</summary>
    /// <param name="files">The authority, the certificate and the key.</param>
    /// <param name="server">Whom the certificate is for.</param>
    /// <param name="mustHoldNow">
    /// Whether one that has ended, or has not begun, is refused. Not at the start of a server: its clock may be put right later.
    /// </param>
    /// <exception cref="CryptographicException">What is wrong, with the key of the configuration.</exception>
    public static LinkCredentials Load(IReadOnlyList<byte[]> files, string server, bool mustHoldNow)
    {
        var authorities = new X509Certificate2Collection();
        Try("Herd:Tls:Ca", () => authorities.ImportFromPem(PemCertificate.TextOf(files[0])));
        if (authorities.Count == 0)
            throw new CryptographicException("Herd:Tls:Ca: the file holds no certificate; give the authority's, in PEM");

        var chain = new X509Certificate2Collection();
        Try("Herd:Tls:Certificate", () => chain.ImportFromPem(PemCertificate.TextOf(files[1])));
        if (chain.Count == 0)
            throw new CryptographicException("Herd:Tls:Certificate: the file holds no certificate; give the server's, in PEM");
        var certificate = PemCertificate.WithKey(files[1], files[2], password: null, "Herd:Tls:Key");
        chain.RemoveAt(0);

        Check(certificate, chain, authorities, server, mustHoldNow);
        return new LinkCredentials(SslStreamCertificateContext.Create(certificate, chain, offline: true), authorities);
    }

    /// <summary>How chains of certificates are judged: by the herd's authority alone, and without asking anyone.</summary>
    public X509ChainPolicy Policy() => PolicyOf(Authorities);

    private static X509ChainPolicy PolicyOf(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private static void Check(
        X509Certificate2 certificate, X509Certificate2Collection intermediate, X509Certificate2Collection authorities, string server, bool mustHoldNow)
    {
        const X509VerificationFlags WhateverTheTime = X509VerificationFlags.IgnoreNotTimeValid | X509VerificationFlags.IgnoreCtlNotTimeValid;
        using var chain = new X509Chain { ChainPolicy = PolicyOf(authorities) };
        chain.ChainPolicy.ExtraStore.AddRange(intermediate);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        if (!mustHoldNow)
            chain.ChainPolicy.VerificationFlags |= WhateverTheTime;
        if (!chain.Build(certificate))
            throw new CryptographicException($"Herd:Tls:Certificate: neighbours would not take it: {PeerCheck.FaultOf(certificate, chain).Reason}");
        var names = PeerCheck.NamesOf(certificate);
        if (!names.Contains(server, StringComparer.Ordinal))
        {
            throw new CryptographicException(
                $"Herd:Tls:Certificate: it is for {LogText.Of(names)}; {server} needs one whose DNS names have '{server}', written just so");
        }
    }

    private static void Try(string key, Action load)
    {
        try
        {
            load();
        }
        catch (CryptographicException exception)
        {
            throw new CryptographicException($"{key}: the file is no PEM that can be read: {exception.Message}");
        }
    }
}
