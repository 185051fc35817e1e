using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ProxyHerd.Server.Tls;

/// <summary>Certificates and keys in PEM.</summary>
internal static class PemCertificate
{
    /// <summary>The first certificate of a file, with its key.</summary>
    /// <param name="certificate">The certificate's file.</param>
    /// <param name="key">The key's file.</param>
    /// <param name="password">Opens the key, if it is encrypted.</param>
    /// <param name="configurationKey">Where a person named the key.</param>
    /// <exception cref="CryptographicException">What is wrong.</exception>
    public static X509Certificate2 WithKey(byte[] certificate, byte[] key, string? password, string configurationKey)
    {
        var (certificateText, keyText) = (Encoding.Latin1.GetString(certificate), Encoding.Latin1.GetString(key));
        try
        {
            var made = password is null
                ? X509Certificate2.CreateFromPem(certificateText, keyText)
                : X509Certificate2.CreateFromEncryptedPem(certificateText, keyText, password);
            return Usable(made);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            // The framework says it in lines of its own about parameters.
            throw new CryptographicException($"{configurationKey}: the file holds no key of the certificate: {exception.Message.Split(" (Parameter")[0]}");
        }
    }

    /// <summary>Windows serves no TLS with a key that has never been in a container of its own.</summary>
    private static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
            return certificate;
        using (certificate)
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
