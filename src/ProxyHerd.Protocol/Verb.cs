namespace ProxyHerd.Protocol;

/// <summary>What a line begins with.</summary>
public enum Verb
{
    /// <summary>Nothing but white space: a keep-alive.</summary>
    Blank,

    /// <summary>No verb of this protocol.</summary>
    Unknown,

    /// <summary>A client says where it is.</summary>
    Iamat,

    /// <summary>A client asks where another is, and what is near.</summary>
    Whatsat,

    /// <summary>A location, as servers flood it and as clients are answered.</summary>
    At,

    /// <summary>What servers say to each other about a link.</summary>
    Herd,
}
