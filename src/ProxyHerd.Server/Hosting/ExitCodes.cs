namespace ProxyHerd.Server.Hosting;

/// <summary>What the process ends with.</summary>
internal static class ExitCodes
{
    /// <summary>It was asked to stop, and did.</summary>
    public const int Stopped = 0;

    /// <summary>The arguments or the configuration have mistakes; each was listed.</summary>
    public const int WrongConfiguration = 2;

    /// <summary>A port is in use by another process; it was named.</summary>
    public const int PortInUse = 3;
}
