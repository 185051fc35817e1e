using System.Security.Cryptography.X509Certificates;

namespace ProxyHerd.Server.Tls;

/// <summary>
/// Looks at how long a certificate still holds, and says so in time. Links that are up stay up when their certificates end:
/// without a word before, a herd whose certificates were made on one day would come apart at its next restart.
/// </summary>
internal sealed class CertificateTerm : IDisposable
{
    /// <summary>Often enough for certificates of a day.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromHours(1);

    /// <summary>Whoever replaces certificates by a program does so long before a tenth of their time is left.</summary>
    private const int ShareLeft = 10;

    /// <summary>Of certificates that hold for years a tenth is more than anybody would act upon.</summary>
    private static readonly TimeSpan LeftMax = TimeSpan.FromDays(30);

    /// <summary>One line for a day's log; a certificate that is replaced is looked at anew.</summary>
    private static readonly TimeSpan SayEvery = TimeSpan.FromDays(1);

    private readonly Func<X509Certificate2> _current;
    private readonly TimeProvider _time;
    private readonly Action<X509Certificate2, bool> _report;
    private readonly ITimer _timer;
    private DateTimeOffset _said = DateTimeOffset.MinValue;
    private (string, bool) _saidOf;

    /// <summary>Looks at once.</summary>
    /// <param name="current">The certificate that is in use.</param>
    /// <param name="time">Says when to look, and what time it is.</param>
    /// <param name="report">Hears of one that ends soon (false), or that does not hold now (true).</param>
    public CertificateTerm(Func<X509Certificate2> current, TimeProvider time, Action<X509Certificate2, bool> report)
    {
        _current = current;
        _time = time;
        _report = report;
        Look();
        _timer = time.CreateTimer(static term => ((CertificateTerm)term!).Look(), this, LookEvery, LookEvery);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var now = _time.GetUtcNow();
        var certificate = _current();
        var isOut = now < certificate.NotBefore || now > certificate.NotAfter;
        var left = (certificate.NotAfter - certificate.NotBefore) / ShareLeft;
        if (!isOut && certificate.NotAfter - now >= (left < LeftMax ? left : LeftMax))
            return;
        if (_saidOf == (certificate.Thumbprint, isOut) && now - _said < SayEvery)
            return;
        (_said, _saidOf) = (now, (certificate.Thumbprint, isOut));
        _report(certificate, isOut);
    }
}
