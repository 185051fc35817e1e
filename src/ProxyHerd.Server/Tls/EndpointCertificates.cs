using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel;

namespace ProxyHerd.Server.Tls;

/// <summary>
/// The certificates of Kestrel's endpoints, read again when their files change. Kestrel itself could do so only by binding
/// the endpoint anew, which hangs up on every client.
/// </summary>
internal sealed partial class EndpointCertificates(IHostEnvironment host, TimeProvider time, ILogger<EndpointCertificates> logger) : IDisposable
{
    private readonly ILogger _logger = logger;
    private readonly List<IDisposable> _watched = [];

    /// <summary>
    /// Has an endpoint show what its files hold at the time. One with Sni below it, or a certificate from a store, is Kestrel's
    /// alone.
    /// </summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="kestrel">Section <c>Kestrel</c>.</param>
    public void Watch(EndpointConfiguration endpoint, IConfiguration kestrel)
    {
        const string Default = "Certificates:Default";
        var section = endpoint.ConfigSection.GetSection("Certificate");
        var name = $"Kestrel:{section.Path}";
        if (section["Path"] is null && section["Subject"] is null)
            (section, name) = (kestrel.GetSection(Default), $"Kestrel:{Default}");
        if (!endpoint.IsHttps || section["Path"] is not { } path || endpoint.ConfigSection.GetSection("Sni").GetChildren().Any())
            return;

        // Kestrel, too, begins at the content root.
        string[] paths = section["KeyPath"] is { } key ? [FullPath(path), FullPath(key)] : [FullPath(path)];
        var password = section["Password"];
        WatchedFiles<SslStreamCertificateContext>? files = null;
        files = new(name, paths, contents => Load(contents, password, name), time, fault => Report(name, files, fault));
        _watched.Add(files);
        _watched.Add(new CertificateTerm(() => files.Current.TargetCertificate, time, (shown, isOut) => ReportTerm(name, shown, isOut)));
        endpoint.HttpsOptions.OnAuthenticate += (_, options) => options.ServerCertificateContext = files.Current;
    }

    /// <inheritdoc/>
    public void Dispose() => _watched.ForEach(watched => watched.Dispose());

    private string FullPath(string path) => Path.Combine(host.ContentRootPath, path);

    /// <summary>PEM with a key in a file of its own, or PKCS #12; what stands behind the certificate is sent along.</summary>
    private static SslStreamCertificateContext Load(IReadOnlyList<byte[]> files, string? password, string name)
    {
        if (files.Count == 1)
            return LoadPkcs12(files[0], password, name);
        var certificate = PemCertificate.WithKey(files[0], files[1], password, $"{name}:KeyPath");
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(PemCertificate.TextOf(files[0]));
        chain.RemoveAt(0);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    private static SslStreamCertificateContext LoadPkcs12(byte[] file, string? password, string name)
    {
        X509Certificate2Collection all;
        try
        {
            all = X509CertificateLoader.LoadPkcs12Collection(file, password);
        }
        catch (CryptographicException exception)
        {
            throw new CryptographicException($"{name}:Path: the file is no PKCS #12 that can be read: {exception.Message}");
        }

        var certificate = all.FirstOrDefault(each => each.HasPrivateKey)
            ?? throw new CryptographicException($"{name}:Path: the file holds no certificate with its key");
        all.Remove(certificate);
        return SslStreamCertificateContext.Create(certificate, all, offline: true);
    }

    private void Report(string name, WatchedFiles<SslStreamCertificateContext>? files, string? fault)
    {
        if (fault is not null)
            LogNotTaken(name, fault);
        else if (files is not null)
            LogTaken(name, files.Current.TargetCertificate.NotAfter.ToUniversalTime());
    }

    private void ReportTerm(string name, X509Certificate2 shown, bool isOut)
    {
        if (isOut)
            LogOutOfTime(name, shown.NotBefore.ToUniversalTime(), shown.NotAfter.ToUniversalTime());
        else
            LogEndsSoon(name, shown.NotAfter.ToUniversalTime());
    }

    [LoggerMessage(223, LogLevel.Information, "The files of {Certificate} have changed; clients are shown the new one from now on, which holds to {End:u}")]
    private partial void LogTaken(string certificate, DateTime end);

    [LoggerMessage(224, LogLevel.Error, "The files of {Certificate} have changed and cannot be used, so clients are shown what was read before: {Fault}")]
    private partial void LogNotTaken(string certificate, string fault);

    [LoggerMessage(227, LogLevel.Warning, "{Certificate} ends at {End:u}: put a new one in its place")]
    private partial void LogEndsSoon(string certificate, DateTime end);

    [LoggerMessage(228, LogLevel.Error, "{Certificate} holds from {Begin:u} to {End:u}, so clients refuse it now")]
    private partial void LogOutOfTime(string certificate, DateTime begin, DateTime end);
}
