namespace ProxyHerd.Herd.Flooding;

/// <summary>What a session does with the lines that <see cref="LinkReader"/> reads for it, on the reader's own thread.</summary>
internal interface ILinkLines
{
    /// <summary>Called before the lines of a read.</summary>
    void BeginRead();

    /// <summary>Takes one line; the span is good until it returns.</summary>
    /// <returns>False to read no further.</returns>
    bool Handle(ReadOnlySpan<byte> line);

    /// <summary>Takes a line beyond the limit; nothing is read after it.</summary>
    void HandleTooLong();

    /// <summary>Called after the lines of a read: to wait for their commit, and to answer.</summary>
    /// <param name="isCanceled">Whether the read was cancelled: by whoever ended the connection, or by the session itself.</param>
    /// <returns>False to read no further.</returns>
    ValueTask<bool> EndReadAsync(bool isCanceled);
}
