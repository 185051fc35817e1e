namespace ProxyHerd.Server.Places.Files;

/// <summary>Looks at the files for as long as the server runs, and has those read that changed.</summary>
/// <remarks>
/// It looks at length and time of writing rather than being told by the system: that also works on network drives, in
/// containers whose file is mounted from outside, for files that are replaced by renaming, and for links that are set to
/// another file. A file that changed is left alone until two looks in a row find it the same, so that most who write in
/// place have ended; who pauses for longer has written something bad meanwhile, which is refused, and is read once it
/// changes again. Old and new places are both in memory until the new ones are whole.
/// </remarks>
internal sealed partial class PlaceFilesWatch(PlaceFiles files, TimeProvider time, ILogger<PlaceFilesWatch> logger) : BackgroundService
{
    /// <summary>A change is then seen, and has settled, within four seconds; a look costs some microseconds a file.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly FileStamp?[] _seen = new FileStamp?[files.Files.Count];
    private readonly FileStamp?[] _refused = new FileStamp?[files.Files.Count];

    /// <summary>What was logged last of each file, so that it is logged once; null once the file is fine.</summary>
    private readonly string?[] _told = new string?[files.Files.Count];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (files.Files.Count == 0 || !files.TryBeginWatch())
            return;

        foreach (var file in files.Files)
            LogRead(file.Path, file.Places.Count, file.Features);
        LogIndexed(files.Index.Count);
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await LookAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    /// <summary>Looks at every file once.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < files.Files.Count; i++)
            await LookAsync(i, cancellationToken);
    }

    private async Task LookAsync(int number, CancellationToken cancellationToken)
    {
        var file = files.Files[number];
        var before = _seen[number];
        if (TryStamp(file.Path, out var reason) is not { } stamp)
        {
            // Who replaces a file may have it gone for a moment.
            if (before is null)
                Tell(number, reason);
            _seen[number] = null;
            return;
        }

        _seen[number] = stamp;
        if (stamp == file.Stamp)
        {
            _told[number] = null;
            _refused[number] = null;
        }
        else if (stamp == before && stamp != _refused[number])
        {
            // Some seconds of work for a large file, which no thread of the pool should be away for.
            var failure = await Task.Factory.StartNew(
                () => files.Reload(number, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            Conclude(number, stamp, failure);
        }
    }

    private void Conclude(int number, FileStamp stamp, Exception? failure)
    {
        if (failure is null)
        {
            var file = files.Files[number];
            _told[number] = null;
            LogRead(file.Path, file.Places.Count, file.Features);
            LogIndexed(files.Index.Count);
            return;
        }

        // What was written to meanwhile, or cannot be read for now, may be fine at the next look.
        if (failure is InvalidDataException)
            _refused[number] = stamp;
        if (failure is not FileChangedException)
            Tell(number, PlaceFiles.ReasonOf(failure));
    }

    private void Tell(int number, string reason)
    {
        if (_told[number] == reason)
            return;
        _told[number] = reason;
        LogRefused(files.Files[number].Path, reason);
    }

    private static FileStamp? TryStamp(string path, out string reason)
    {
        try
        {
            reason = "";
            using var file = PlaceFile.Open(path);
            return FileStamp.Of(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            reason = PlaceFiles.ReasonOf(exception);
            return null;
        }
    }

    [LoggerMessage(7101, LogLevel.Information, "Read {Path}: {Places} places of {Features} features")]
    private partial void LogRead(string path, int places, long features);

    [LoggerMessage(7102, LogLevel.Information, "{Places} different places are searched")]
    private partial void LogIndexed(int places);

    [LoggerMessage(7103, LogLevel.Error, "{Path} is not taken, and its places stay as they were: {Reason}")]
    private partial void LogRefused(string path, string reason);
}
