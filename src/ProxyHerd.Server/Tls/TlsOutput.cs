using System.Net.Security;

namespace ProxyHerd.Server.Tls;

/// <summary>The writing half of a TLS stream. Its disposal, by the completion of a pipe, says that no more will come.</summary>
internal sealed class TlsOutput(SslStream tls, Action? ended) : Stream
{
    private bool _isEnded;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="Microsoft.AspNetCore.Connections.ConnectionResetException">However it breaks.</exception>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await tls.WriteAsync(buffer, cancellationToken);
        }
        catch (Exception exception) when (TlsPipes.IsBreak(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw TlsPipes.ResetBy(exception);
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Each write has gone out already.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_isEnded)
            return;
        _isEnded = true;
        try
        {
            await tls.ShutdownAsync();
        }
        catch (Exception exception) when (TlsPipes.IsBreak(exception))
        {
            // The peer hung up first, which is what this would have led to.
        }

        ended?.Invoke();
        await base.DisposeAsync();
    }

    /// <inheritdoc/>
    public override void Flush() => throw new NotSupportedException("Nothing here blocks.");

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Nothing here blocks.");

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
