namespace ProxyHerd.Protocol;

/// <summary>What <see cref="LineReader"/> found.</summary>
public enum LineStatus
{
    /// <summary>No line end yet; read more.</summary>
    Incomplete,

    /// <summary>One line, without its end.</summary>
    Complete,

    /// <summary>A line beyond the limit; its first bytes are given, and nothing behind it can be read.</summary>
    TooLong,
}
