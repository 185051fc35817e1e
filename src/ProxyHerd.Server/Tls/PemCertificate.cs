using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ProxyHerd.Server.Tls;

/// <summary>Certificates and keys in PEM.</summary>
internal static class PemCertificate
{
    /// <summary>In the label of a key of today's form, and in a header of OpenSSL's old one.</summary>
    private const string Encrypted = "ENCRYPTED";

    /// <summary>The first certificate of a file, with its key.</summary>
    /// <param name="certificate">The certificate's file.</param>
    /// <param name="key">The key's file.</param>
    /// <param name="password">Opens the key, if it is encrypted.</param>
    /// <param name="configurationKey">Where a person named the key.</param>
    /// <exception cref="CryptographicException">What is wrong.</exception>
    public static X509Certificate2 WithKey(byte[] certificate, byte[] key, string? password, string configurationKey)
    {
        var (certificateText, keyText) = (TextOf(certificate), TextOf(key));
        if (password is null && keyText.Contains(Encrypted, StringComparison.Ordinal))
        {
            throw new CryptographicException(
                $"{configurationKey}: the key is encrypted, and nobody is there to give its passphrase; take it off with openssl pkey -in OLD -out NEW");
        }

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
            throw new CryptographicException(
                $"{configurationKey}: the file holds no key of the certificate that comes first in its own file: {exception.Message.Split(" (Parameter")[0]}");
        }
    }

    /// <summary>PEM is ASCII, but editors of some systems put a byte order mark in front, with which its first line is none.</summary>
    public static string TextOf(ReadOnlySpan<byte> file) =>
        Encoding.Latin1.GetString(file.StartsWith(Encoding.UTF8.Preamble) ? file[Encoding.UTF8.Preamble.Length..] : file);

    /// <summary>Windows serves no TLS with a key that has never been in a container of its own.</summary>
    private static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
            return certificate;
        using (certificate)
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
