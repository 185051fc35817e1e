namespace ProxyHerd.Server.Tls;

/// <summary>Kinds of reasons; each is logged once a minute, so that one does not hide another.</summary>
internal enum RefusalKind
{
    /// <summary>It shows no certificate.</summary>
    NoCertificate,

    /// <summary>Another authority issued its certificate.</summary>
    OtherAuthority,

    /// <summary>Its certificate has ended, or not begun.</summary>
    OutOfTime,

    /// <summary>Its certificate is for something else.</summary>
    WrongUse,

    /// <summary>It does not speak TLS.</summary>
    PlainText,

    /// <summary>It takes too long.</summary>
    Slow,

    /// <summary>There are too many like it.</summary>
    TooMany,

    /// <summary>It broke off, or speaks TLS of another kind.</summary>
    Failed,
}
