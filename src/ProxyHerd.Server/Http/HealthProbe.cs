using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ProxyHerd.Server.Http;

/// <summary>Asks servers whether they are ready.</summary>
internal sealed class HealthProbe : IDisposable
{
    /// <summary>An answer is one word; whatever else listens there is not read further than this.</summary>
    private const int AnswerBytesMax = 4 << 10;

    private readonly TimeSpan _answerMax;
    private readonly HttpClient _http;

    /// <param name="answerMax">How long a server may take to answer.</param>
    [SuppressMessage("Security", "CA5359", Justification = "A server of this machine is asked for one word, by an address that no certificate names.")]
    public HealthProbe(TimeSpan answerMax)
    {
        _answerMax = answerMax;

        // A proxy that the environment names is for the providers of places, never for this machine.
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        _http = new HttpClient(handler)
        {
            Timeout = answerMax,
            MaxResponseContentBufferSize = AnswerBytesMax,
        };
    }

    /// <summary>Asks one server.</summary>
    /// <returns>Null if it is ready, else why it is not, in one line.</returns>
    public async Task<string?> AskAsync(Uri address)
    {
        if (address.Port == 0)
            return "its HttpPort is 0, any that is free, so it cannot be asked; give it a port";
        try
        {
            using var response = await _http.GetAsync(address);
            return response.IsSuccessStatusCode ? null : $"{address} answers {(int)response.StatusCode} {response.ReasonPhrase}";
        }
        catch (HttpRequestException exception)
        {
            return $"{address}: {exception.Message}";
        }
        catch (TaskCanceledException)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{address} has not answered within {_answerMax.TotalSeconds} s");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
