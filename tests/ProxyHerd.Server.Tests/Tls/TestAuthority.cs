using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ProxyHerd.Server.Tests.Tls;

/// <summary>An authority of a test's own, and the files of those whom it knows.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    /// <param name="name">Its common name.</param>
    public TestAuthority(string name = "Test authority")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _certificate = request.CreateSelfSigned(_now.AddYears(-1), _now.AddYears(1));
    }

    /// <summary>Its certificate in PEM.</summary>
    public string Pem => _certificate.ExportCertificatePem();

    /// <summary>Issues a certificate for a server, with its key.</summary>
    /// <param name="name">The DNS name.</param>
    /// <param name="fromDays">When it begins to hold, in days from now.</param>
    /// <param name="toDays">When it ends.</param>
    /// <param name="use">What it may be used for; null for both sides of TLS.</param>
    public X509Certificate2 Issue(string name, int fromDays = -10, int toDays = 10, string? use = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=whatever", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        string[] uses = use is null ? ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"] : [use];
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. uses.Select(each => new Oid(each))], true));
        using var issued = request.Create(_certificate, _now.AddDays(fromDays), _now.AddDays(toDays), RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    /// <summary>Writes <c>ca.pem</c>, <c>NAME.pem</c> and <c>NAME.key</c> for each server.</summary>
    public void Write(TemporaryFolder folder, params string[] names)
    {
        folder.Write("ca.pem", Pem);
        foreach (var name in names)
        {
            using var certificate = Issue(name);
            Write(folder, name, certificate);
        }
    }

    /// <summary>Writes <c>NAME.pem</c> and <c>NAME.key</c>.</summary>
    public static void Write(TemporaryFolder folder, string name, X509Certificate2 certificate)
    {
        folder.Write($"{name}.pem", certificate.ExportCertificatePem());
        folder.Write($"{name}.key", KeyOf(certificate));
    }

    /// <summary>The key in PEM.</summary>
    public static string KeyOf(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }

    public void Dispose() => _certificate.Dispose();
}
