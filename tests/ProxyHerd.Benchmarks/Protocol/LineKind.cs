namespace ProxyHerd.Benchmarks.Protocol;

/// <summary>The lines that <see cref="ParseBenchmarks"/> parses.</summary>
public enum LineKind
{
    /// <summary>A client says where it is.</summary>
    Iamat,

    /// <summary>A server tells a location.</summary>
    At,

    /// <summary>A client asks.</summary>
    Whatsat,
}
