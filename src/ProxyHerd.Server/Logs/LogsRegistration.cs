using System.Globalization;
using ProxyHerd.Server.Hosting;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace ProxyHerd.Server.Logs;

/// <summary>Logs of one server: its own rolling file, and the console that all servers of a process share.</summary>
internal static class LogsRegistration
{
    private const string TrafficCategory = "ProxyHerd.Traffic";

    /// <summary>Why a start failed is said on standard error, in words; its stack trace is for the file.</summary>
    private const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";

    /// <summary>
    /// It tells each answer that a server is not ready as an error. A stop is none, and the journal tells its own; whoever asks has the
    /// answer anyway.
    /// </summary>
    private const string HealthCategory = "Microsoft.Extensions.Diagnostics.HealthChecks";

    private const string Line = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff} {Server} {Level:u3} {Message:l}{NewLine}{Exception}";

    /// <summary>A file grows to this size before the next is begun; so many are kept. With traffic logged, a day's file would fill a disk.</summary>
    private const long FileBytesMax = 64 << 20;
    private const int FilesMax = 16;

    /// <summary>Lines that wait for a slow disk or terminal; beyond them lines are dropped rather than requests held up.</summary>
    private const int LinesWaitingMax = 10_000;

    /// <summary>Adds the logs of one server.</summary>
    public static ILoggingBuilder AddLogs(this ILoggingBuilder logging, ServerConfiguration configuration, string server)
    {
        logging.AddConfiguration(configuration.Root.GetSection("Logging"));
        if (configuration.Root[$"Logging:LogLevel:{TrafficCategory}"] is null)
            logging.AddFilter(TrafficCategory, configuration.IsDevelopment ? LogLevel.Information : LogLevel.None);
        if (configuration.Root[$"Logging:LogLevel:{HealthCategory}"] is null)
            logging.AddFilter(HealthCategory, LogLevel.None);
        logging.Services.AddSingleton<ILoggerProvider>(_ => new SerilogLoggerProvider(Create(configuration.Logs, server), dispose: true));
        return logging;
    }

    private static Logger Create(LogsOptions options, string server)
    {
        var logs = new LoggerConfiguration().MinimumLevel.Verbose().Enrich.WithProperty("Server", server);
        logs.WriteTo.Async(
            sinks => sinks.Logger(console => console.Filter.ByExcluding(IsForTheFileAlone)
                .WriteTo.Console(outputTemplate: Line, formatProvider: CultureInfo.InvariantCulture)),
            LinesWaitingMax);
        var fault = string.IsNullOrEmpty(options.Path) ? null : FaultOf(options.Path);
        if (!string.IsNullOrEmpty(options.Path) && fault is null)
        {
            logs.WriteTo.Async(
                sinks => sinks.File(
                    Path.Combine(options.Path, $"{Uri.EscapeDataString(server)}-.log"),
                    outputTemplate: Line,
                    formatProvider: CultureInfo.InvariantCulture,
                    rollingInterval: RollingInterval.Day,
                    fileSizeLimitBytes: FileBytesMax,
                    rollOnFileSizeLimit: true,
                    retainedFileCountLimit: FilesMax),
                LinesWaitingMax);
        }

        var logger = logs.CreateLogger();
        if (fault is not null)
            logger.Warning("Logs:Path: nothing can be written to {Folder:l}, so the console alone has the log: {Fault:l}", options.Path, fault);
        return logger;
    }

    /// <summary>Tries to write there: a sink that cannot says nothing, and a log that is missing is missed when it is needed.</summary>
    /// <returns>Null if it can be done.</returns>
    private static string? FaultOf(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            using var trial = new FileStream(
                Path.Combine(folder, $".{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }

    private static bool IsForTheFileAlone(LogEvent line) =>
        line.Properties.TryGetValue(Constants.SourceContextPropertyName, out var category)
        && category is ScalarValue { Value: TrafficCategory or HostCategory };
}
