namespace ProxyHerd.Server.Logs;

/// <summary>Where log files go (<c>Logs</c>).</summary>
internal sealed class LogsOptions
{
    /// <summary>The folder, from the current directory; null or empty for the console alone.</summary>
    public string? Path { get; set; } = "logs";
}
