namespace ProxyHerd.Server.Places.Google;

/// <summary>Whether a reply is a reason to ask once more.</summary>
internal enum TryAgain
{
    /// <summary>It is the answer, or a failure that would come again.</summary>
    Never,

    /// <summary>Only if no other try of the search was made for this reason.</summary>
    Once,

    /// <summary>As long as there are tries left.</summary>
    WhileTriesLast,
}
