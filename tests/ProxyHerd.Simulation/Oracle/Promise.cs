namespace ProxyHerd.Simulation.Oracle;

/// <summary>What a client was promised at some moment.</summary>
/// <param name="Client">The client.</param>
/// <param name="Line">The newest line that was acknowledged; null if none.</param>
/// <param name="Time">The largest time that was acknowledged.</param>
internal readonly record struct Promise(string Client, byte[]? Line, long Time)
{
    /// <summary>Whether a line keeps it.</summary>
    public bool IsKeptBy(byte[]? held) =>
        (Line is null || (held is not null && !Oracle.Line.IsNewer(Line, held)))
        && (Time == 0 || (held is not null && Oracle.Line.TimeOf(held) >= Time));
}
