using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ProxyHerd.Herd.Tests;

/// <summary>Keeps what is logged. Traffic is off unless asked for.</summary>
internal sealed class RecordedLog(bool hasTraffic = false) : ILoggerFactory
{
    public ConcurrentQueue<(LogLevel Level, int Id, string Text)> Entries { get; } = new();

    public IEnumerable<string> Of(int id) => Entries.Where(entry => entry.Id == id).Select(entry => entry.Text);

    public ILogger CreateLogger(string categoryName) => new Logger(this, hasTraffic || categoryName != "ProxyHerd.Traffic");

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class Logger(RecordedLog log, bool isOn) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => isOn;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Entries.Enqueue((logLevel, eventId.Id, formatter(state, exception)));
    }
}
