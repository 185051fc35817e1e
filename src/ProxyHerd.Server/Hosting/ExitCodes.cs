namespace ProxyHerd.Server.Hosting;

/// <summary>What the process ends with.</summary>
internal static class ExitCodes
{
    /// <summary>It was asked to stop, and did.</summary>
    public const int Stopped = 0;

    /// <summary>Of <c>health</c>: every server that was asked is ready.</summary>
    public const int Healthy = 0;

    /// <summary>
    /// Of <c>health</c>: a server is not ready, or cannot be asked, be it for a mistake in the configuration. Container engines
    /// keep other codes for themselves.
    /// </summary>
    public const int Unhealthy = 1;

    /// <summary>Of <c>places</c>: the provider answered, be it that there is nothing near.</summary>
    public const int Answered = 0;

    /// <summary>Of <c>places</c>: the provider failed; it was said how.</summary>
    public const int Unanswered = 1;

    /// <summary>The arguments or the configuration have mistakes; each was listed.</summary>
    public const int WrongConfiguration = 2;

    /// <summary>A port is in use by another process; it was named.</summary>
    public const int PortInUse = 3;

    /// <summary>
    /// A server's journal cannot be used, or could not be written while it ran, or what is kept beside it; which, why, and the
    /// way out were said in a line.
    /// </summary>
    public const int JournalUnusable = 4;

    /// <summary>A part of a server that runs beside the others failed, so the server stopped; its log has the exception.</summary>
    public const int Failed = 5;
}
