namespace ProxyHerd.Herd.Connections;

/// <summary>Where boots, nonces and jitter come from, so that a simulation can repeat them.</summary>
public interface IRandomness
{
    /// <summary>Fills a span with bytes that nobody can foretell. Any thread may call it; it does not block.</summary>
    void Fill(Span<byte> destination);
}
