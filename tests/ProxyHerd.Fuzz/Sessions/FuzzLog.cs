using Microsoft.Extensions.Logging;

namespace ProxyHerd.Fuzz.Sessions;

/// <summary>Looks at every line that a server logs, traffic included if it is turned on.</summary>
internal sealed class FuzzLog : ILoggerFactory
{
    private const int LinkFromIsUp = 123;

    /// <summary>Whether lines received and sent are logged.</summary>
    public bool HasTraffic { get; set; }

    /// <summary>What was wrong with a line; null if nothing was. A logger must not throw.</summary>
    public string? Fault { get; private set; }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName == "ProxyHerd.Traffic");

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private void Look(LogLevel level, int id, string text)
    {
        if (text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            Fault = "a log holds nothing but printable ASCII";
        if (level >= LogLevel.Error)
            Fault = "no peer causes a logged error";
        if (id == LinkFromIsUp)
            Fault = "nobody is let in without a proof";
    }

    private sealed class Logger(FuzzLog log, bool isTraffic) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => !isTraffic || log.HasTraffic;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Look(logLevel, eventId.Id, formatter(state, exception));
    }
}
