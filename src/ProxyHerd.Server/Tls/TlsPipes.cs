using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;

namespace ProxyHerd.Server.Tls;

/// <summary>A TLS stream, its handshake done, as a pair of pipes.</summary>
/// <remarks>
/// What the peer sends is read ahead of its reader: links cancel their reads all the time, to be woken, and a read of the
/// stream itself would pay for each with an exception. However the stream breaks, both pipes say that the connection was reset.
/// </remarks>
internal sealed class TlsPipes : IDuplexPipe, IAsyncDisposable
{
    /// <summary>A record at its longest.</summary>
    private const int ReadBytes = 16 << 10;

    /// <summary>Four records, and many of a link's lines; a reader that is slower holds the peer up.</summary>
    private const int UnreadBytesMax = 64 << 10;

    /// <summary>Full records for each flush of the feed, instead of one a small block.</summary>
    private const int OutputBlockBytes = 64 << 10;

    private readonly SslStream _tls;
    private readonly Pipe _received = new(new PipeOptions(pauseWriterThreshold: UnreadBytesMax, resumeWriterThreshold: UnreadBytesMax / 2, useSynchronizationContext: false));
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _reading;

    /// <param name="tls">The stream, which is these pipes' from now on.</param>
    /// <param name="outputEnded">Called once the output is complete and the peer was told so.</param>
    public TlsPipes(SslStream tls, Action? outputEnded = null)
    {
        _tls = tls;
        Output = PipeWriter.Create(new TlsOutput(tls, outputEnded), new StreamPipeWriterOptions(minimumBufferSize: OutputBlockBytes));
        _reading = ReadAsync();
    }

    /// <inheritdoc/>
    public PipeReader Input => _received.Reader;

    /// <summary>What goes out. Its completion tells the peer that no more will come, which the peer may still answer.</summary>
    public PipeWriter Output { get; }

    /// <summary>Stops reading. What was written and not flushed does not go.</summary>
    public async ValueTask DisposeAsync()
    {
        await _received.Reader.CompleteAsync();
        await _ended.CancelAsync();
        await _reading;
        await _tls.DisposeAsync();
        _ended.Dispose();
    }

    /// <summary>How a stream of TLS breaks; anything else is a fault of ours.</summary>
    internal static bool IsBreak(Exception exception) =>
        exception is IOException or ObjectDisposedException or AuthenticationException or CryptographicException
            or OperationCanceledException or ConnectionAbortedException;

    /// <summary>What it tells, the alert of a peer that refuses us included.</summary>
    internal static ConnectionResetException ResetBy(Exception exception) =>
        new((exception.InnerException ?? exception).Message, exception);

    private async Task ReadAsync()
    {
        Exception? reset = null;
        try
        {
            while (true)
            {
                var count = await _tls.ReadAsync(_received.Writer.GetMemory(ReadBytes), _ended.Token);
                if (count == 0)
                    break;
                _received.Writer.Advance(count);
                if ((await _received.Writer.FlushAsync()).IsCompleted)
                    break;
            }
        }
        catch (Exception exception) when (IsBreak(exception))
        {
            reset = ResetBy(exception);
        }
        finally
        {
            await _received.Writer.CompleteAsync(reset);
        }
    }
}
