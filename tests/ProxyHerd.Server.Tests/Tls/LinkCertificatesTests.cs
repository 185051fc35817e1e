using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ProxyHerd.Herd.Topology;
using ProxyHerd.Server.Tests.Places;
using ProxyHerd.Server.Tls;
using Xunit;

namespace ProxyHerd.Server.Tests.Tls;

/// <summary>Which files are of use, and what becomes of those that change.</summary>
public sealed class LinkCertificatesTests : IDisposable
{
    private static readonly TimeSpan Look = WatchedFiles<LinkCredentials>.LookEvery;

    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly RecordingLoggerProvider _log = new();
    private readonly LoggerFactory _loggers;

    public LinkCertificatesTests()
    {
        _loggers = new LoggerFactory([_log]);
        _authority.Write(_folder, "Alford", "Parker");
    }

    public void Dispose()
    {
        _loggers.Dispose();
        _authority.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("ca.pem", "", "Herd:Tls:Ca: the file holds no certificate")]
    [InlineData("ca.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "Herd:Tls:Ca: the file is no PEM that can be read")]
    [InlineData("Alford.pem", "foo", "Herd:Tls:Certificate: the file holds no certificate")]
    [InlineData("Alford.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "Herd:Tls:Certificate: the file is no PEM that can be read")]
    [InlineData("Alford.key", "", "Herd:Tls:Key: the file holds no key of the certificate")]
    [InlineData("Alford.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "Herd:Tls:Key: the file holds no key of the certificate")]
    public void Start_FileOfNoUse_IsNamedByItsKey(string file, string text, string expected)
    {
        _folder.Write(file, text);

        Assert.StartsWith(expected, Assert.Throws<CryptographicException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ca.pem")]
    [InlineData("Alford.pem")]
    [InlineData("Alford.key")]
    public void Start_NoSuchFile_IsNamed(string file)
    {
        File.Delete(_folder.PathOf(file));

        Assert.StartsWith(
            $"Herd:Tls: '{_folder.PathOf(file)}' cannot be read: ", Assert.Throws<CryptographicException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_FileWithoutEnd_IsNotReadWhole()
    {
        using (var file = File.Create(_folder.PathOf("ca.pem")))
            file.SetLength(1 << 30);

        Assert.Contains("larger than 1048576 bytes", Assert.Throws<CryptographicException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_KeyOfAnotherCertificate_SaysSo()
    {
        File.Copy(_folder.PathOf("Parker.key"), _folder.PathOf("Alford.key"), overwrite: true);

        Assert.StartsWith(
            "Herd:Tls:Key: the file holds no key of the certificate that comes first in its own file: ",
            Assert.Throws<CryptographicException>(() => Open()).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n")]
    [InlineData("-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END EC PRIVATE KEY-----\n")]
    public void Start_KeyWithAPassphrase_SaysThatItMustHaveNone(string text)
    {
        _folder.Write("Alford.key", text);

        Assert.StartsWith(
            "Herd:Tls:Key: the key is encrypted, and nobody is there to give its passphrase; ",
            Assert.Throws<CryptographicException>(() => Open()).Message,
            StringComparison.Ordinal);
    }

    /// <summary>As files come from other systems.</summary>
    [Fact]
    public void Start_FilesWithByteOrderMarksAndCarriageReturns_AreOfUse()
    {
        foreach (var file in new[] { "ca.pem", "Alford.pem", "Alford.key" })
            _folder.Write(file, '\uFEFF' + File.ReadAllText(_folder.PathOf(file)).ReplaceLineEndings("\r\n"));

        using var certificates = Open();

        Assert.Empty(_log.Entries);
    }

    [Fact]
    public void Start_CertificateOfAnotherServer_SaysWhose()
    {
        File.Copy(_folder.PathOf("Parker.key"), _folder.PathOf("Alford.key"), overwrite: true);
        File.Copy(_folder.PathOf("Parker.pem"), _folder.PathOf("Alford.pem"), overwrite: true);

        Assert.Equal(
            "Herd:Tls:Certificate: it is for Parker; Alford needs one whose DNS names have 'Alford', written just so",
            Assert.Throws<CryptographicException>(() => Open()).Message);
    }

    [Fact]
    public void Start_CertificateOfAnotherAuthority_SaysSo()
    {
        using var other = new TestAuthority("Other");
        _folder.Write("ca.pem", other.Pem);

        Assert.StartsWith(
            "Herd:Tls:Certificate: neighbours would not take it: its certificate is not of the authority",
            Assert.Throws<CryptographicException>(() => Open()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Start_CertificateForServersAlone_IsOfNoUseForDialling()
    {
        using var certificate = _authority.Issue("Alford", use: "1.3.6.1.5.5.7.3.1");
        TestAuthority.Write(_folder, "Alford", certificate);

        Assert.EndsWith("must be both TLS server and TLS client authentication", Assert.Throws<CryptographicException>(() => Open()).Message, StringComparison.Ordinal);
    }

    /// <summary>The clock of a host that has just booted may be years off, and clients are to be served meanwhile.</summary>
    [Fact]
    public void Start_CertificateOutOfDate_StartsAndSaysSo()
    {
        using var certificate = _authority.Issue("Alford", -5, -1);
        TestAuthority.Write(_folder, "Alford", certificate);

        using var certificates = Open();

        Assert.Contains("so no neighbour takes it now", Assert.Single(_log.Entries), StringComparison.Ordinal);
    }

    /// <summary>Links that are up stay up when it ends, so that nobody would hear of it before the next restart.</summary>
    [Fact]
    public void Look_CertificateEndsSoon_SaysSoOnceADayUntilItIsReplaced()
    {
        using var ending = _authority.Issue("Alford", -85, 10);
        TestAuthority.Write(_folder, "Alford", ending);
        using var certificates = Open();
        Assert.Empty(_log.Entries);

        _time.Advance(TimeSpan.FromDays(1));
        Assert.Contains("Alford.pem of Herd:Tls ends at ", Assert.Single(_log.Entries), StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromHours(20));
        Assert.Single(_log.Entries);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(2, _log.Entries.Count);
        using var renewed = _authority.Issue("Alford", -1, 100);
        TestAuthority.Write(_folder, "Alford", renewed);
        _time.Advance(TimeSpan.FromDays(3));

        Assert.Contains("have changed; links use the new certificate", _log.Entries.Last(), StringComparison.Ordinal);
        Assert.Equal(3, _log.Entries.Count);
    }

    [Fact]
    public void Look_CertificateEnds_SaysThatNobodyTakesIt()
    {
        using var certificates = Open();

        _time.Advance(TimeSpan.FromDays(11));

        Assert.Contains("so no neighbour takes it now", _log.Entries.Last(), StringComparison.Ordinal);
    }

    /// <summary>They are looked at every five seconds for as long as the server runs.</summary>
    [Fact]
    public void Look_NothingChanged_LeavesLittleGarbage()
    {
        using var certificates = Open();
        _time.Advance(Look);
        var before = GC.GetAllocatedBytesForCurrentThread();

        _time.Advance(Look);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 128 << 10);
    }

    [Fact]
    public void Look_NothingChanged_SaysNothing()
    {
        using var certificates = Open();

        _time.Advance(3 * Look);

        Assert.Empty(_log.Entries);
    }

    /// <summary>The authority too: while the old one is replaced, its file holds both.</summary>
    [Fact]
    public void Look_NewFiles_AreTakenForTheNextHandshake()
    {
        using var certificates = Open();
        var before = Shown(certificates);
        using var other = new TestAuthority("Next authority");
        using var renewed = other.Issue("Alford");
        _folder.Write("ca.pem", $"{_authority.Pem}\n{other.Pem}\n");
        TestAuthority.Write(_folder, "Alford", renewed);

        _time.Advance(Look);

        Assert.NotEqual(before, Shown(certificates));
        Assert.Equal(renewed.SerialNumber, Shown(certificates));
        Assert.Equal(2, certificates.ForListening(_ => { }).CertificateChainPolicy!.CustomTrustStore.Count);
        Assert.Contains("have changed; links use the new certificate", Assert.Single(_log.Entries), StringComparison.Ordinal);
    }

    /// <summary>A certificate without its key for a moment is no news; one that stays so is, once.</summary>
    [Fact]
    public void Look_KeyFollowsLater_IsTakenThenAndNothingIsSaidBetween()
    {
        using var certificates = Open();
        using var renewed = _authority.Issue("Alford");
        _folder.Write("Alford.pem", renewed.ExportCertificatePem());
        _time.Advance(Look);
        Assert.Empty(_log.Entries);

        _folder.Write("Alford.key", TestAuthority.KeyOf(renewed));
        _time.Advance(Look);

        Assert.Equal(renewed.SerialNumber, Shown(certificates));
        Assert.Single(_log.Entries);
    }

    [Fact]
    public void Look_KeyNeverFollows_KeepsTheOldAndSaysSoOnce()
    {
        using var certificates = Open();
        var before = Shown(certificates);
        using var renewed = _authority.Issue("Alford");
        _folder.Write("Alford.pem", renewed.ExportCertificatePem());

        for (var i = 0; i < 5; i++)
            _time.Advance(Look);

        Assert.Equal(before, Shown(certificates));
        var said = Assert.Single(_log.Entries);
        Assert.Contains("Error The files of Herd:Tls have changed and cannot be used, so links go on with what was read before: Herd:Tls:Key: ", said, StringComparison.Ordinal);
    }

    /// <summary>A curve that nobody knows, as one is that this machine's library lacks; the looks go on, and so does the process.</summary>
    [Fact]
    public void Look_KeyOnAnUnknownCurve_KeepsTheOldAndSaysSo()
    {
        using var certificates = Open();
        var key = File.ReadAllText(_folder.PathOf("Alford.key"));
        var der = Convert.FromBase64String(key[PemEncoding.Find(key).Base64Data]);
        ReadOnlySpan<byte> curve = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
        der[der.AsSpan().IndexOf(curve) + curve.Length - 1] = 0x63;
        _folder.Write("Alford.key", PemEncoding.WriteString("PRIVATE KEY", der));

        _time.Advance(2 * Look);

        Assert.Contains("links go on with what was read before: Herd:Tls: this machine cannot use them: ", Assert.Single(_log.Entries), StringComparison.Ordinal);
    }

    [Fact]
    public void Look_FileGoneForAWhile_SaysSoAndComesBack()
    {
        using var certificates = Open();
        var before = Shown(certificates);
        File.Move(_folder.PathOf("Alford.key"), _folder.PathOf("gone"));
        _time.Advance(Look);
        _time.Advance(Look);
        Assert.Contains($"Herd:Tls: '{_folder.PathOf("Alford.key")}' cannot be read", Assert.Single(_log.Entries), StringComparison.Ordinal);

        File.Move(_folder.PathOf("gone"), _folder.PathOf("Alford.key"));
        _time.Advance(Look);

        Assert.Equal(before, Shown(certificates));
        Assert.Single(_log.Entries);
    }

    [Theory]
    [InlineData("Parker", -5, 5)]
    [InlineData("Alford", -5, -1)]
    [InlineData("Alford", 1, 5)]
    public void Look_NewCertificateNobodyWouldTake_KeepsTheOld(string name, int from, int to)
    {
        using var certificates = Open();
        var before = Shown(certificates);
        using var renewed = _authority.Issue(name, from, to);
        TestAuthority.Write(_folder, "Alford", renewed);

        _time.Advance(Look);
        _time.Advance(Look);

        Assert.Equal(before, Shown(certificates));
        Assert.Contains("cannot be used", Assert.Single(_log.Entries), StringComparison.Ordinal);
    }

    /// <summary>As a kubelet mounts a Secret: the files are links into a folder whose own link is put round.</summary>
    [Fact]
    public void Look_MountedSecretIsSwapped_IsTaken()
    {
        using var mount = new TemporaryFolder();
        WriteVersion(mount, "..1", out _);
        File.CreateSymbolicLink(mount.PathOf("..data"), "..1");
        foreach (var file in new[] { "ca.pem", "Alford.pem", "Alford.key" })
            File.CreateSymbolicLink(mount.PathOf(file), $"..data/{file}");
        using var certificates = Open(mount);

        WriteVersion(mount, "..2", out var serial);
        File.Delete(mount.PathOf("..data"));
        File.CreateSymbolicLink(mount.PathOf("..data"), "..2");
        Directory.Delete(mount.PathOf("..1"), recursive: true);
        _time.Advance(Look);

        Assert.Equal(serial, Shown(certificates));
    }

    private static string Shown(LinkCertificates certificates) =>
        certificates.ForListening(_ => { }).ServerCertificateContext!.TargetCertificate.SerialNumber;

    private void WriteVersion(TemporaryFolder mount, string version, out string serial)
    {
        using var certificate = _authority.Issue("Alford");
        mount.Write($"{version}/ca.pem", _authority.Pem);
        mount.Write($"{version}/Alford.pem", certificate.ExportCertificatePem());
        mount.Write($"{version}/Alford.key", TestAuthority.KeyOf(certificate));
        serial = certificate.SerialNumber;
    }

    private LinkCertificates Open(TemporaryFolder? folder = null)
    {
        folder ??= _folder;
        var tls = new TlsOptions
        {
            Ca = folder.PathOf("ca.pem"),
            Certificate = folder.PathOf("{name}.pem"),
            Key = folder.PathOf("{name}.key"),
        };
        return new LinkCertificates("Alford", tls, _time, _loggers.CreateLogger<LinkCertificates>());
    }
}
