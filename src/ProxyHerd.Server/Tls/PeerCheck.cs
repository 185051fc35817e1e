using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ProxyHerd.Herd.Connections;

namespace ProxyHerd.Server.Tls;

/// <summary>What is wrong with a peer's certificate, in words for a log.</summary>
internal static class PeerCheck
{
    /// <summary>Judges what a peer has shown.</summary>
    /// <param name="certificate">Its certificate, null if it has none.</param>
    /// <param name="chain">The chain to the herd's authority, built.</param>
    /// <returns>Null if it is of that authority, holds now and may be used for TLS.</returns>
    public static Refusal? FindFault(X509Certificate? certificate, X509Chain? chain)
    {
        if (certificate is not X509Certificate2 shown || chain is null)
            return new Refusal(RefusalKind.NoCertificate, "it shows no certificate");
        return chain.ChainStatus.All(status => status.Status == X509ChainStatusFlags.NoError) ? null : FaultOf(shown, chain);
    }

    /// <summary>What is wrong with a certificate whose chain has faults.</summary>
    public static Refusal FaultOf(X509Certificate2 certificate, X509Chain chain)
    {
        const X509ChainStatusFlags NotOurs =
            X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotSignatureValid;
        var faults = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        var subject = LogText.Of(certificate.Subject);
        if ((faults & NotOurs) != 0)
        {
            return new Refusal(
                RefusalKind.OtherAuthority, $"its certificate is not of the authority in Herd:Tls:Ca: {subject}, issued by {LogText.Of(certificate.Issuer)}");
        }

        if ((faults & X509ChainStatusFlags.NotTimeValid) != 0)
        {
            var late = chain.ChainElements.FirstOrDefault(IsOutOfTime)?.Certificate ?? certificate;
            return new Refusal(
                RefusalKind.OutOfTime,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"its certificate is out of date: {LogText.Of(late.Subject)} holds from {late.NotBefore.ToUniversalTime():u} to {late.NotAfter.ToUniversalTime():u}"));
        }

        var reason = (faults & X509ChainStatusFlags.NotValidForUsage) != 0
            ? "of its extended key usage must be both TLS server and TLS client authentication"
            : faults.ToString();
        return new Refusal(RefusalKind.WrongUse, $"its certificate, {subject}, is not for this: {reason}");
    }

    /// <summary>The DNS names that a certificate is for. Its common name counts for nothing, as everywhere today.</summary>
    public static IReadOnlyList<string> NamesOf(X509Certificate2 certificate)
    {
        try
        {
            return certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault() is { } names
                ? [.. names.EnumerateDnsNames()]
                : [];
        }
        catch (CryptographicException)
        {
            // An authority that issues such a thing names nobody by it.
            return [];
        }
    }

    private static bool IsOutOfTime(X509ChainElement element) =>
        element.ChainElementStatus.Any(status => status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid));
}
