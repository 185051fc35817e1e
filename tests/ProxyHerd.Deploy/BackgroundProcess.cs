using System.ComponentModel;
using System.Diagnostics;

namespace ProxyHerd.Deploy;

/// <summary>A program that runs until it is killed. What it says is kept for a failure.</summary>
internal sealed class BackgroundProcess : IAsyncDisposable
{
    private const int LinesMax = 200;

    private readonly Process _process;
    private readonly Queue<string> _said = new();

    private BackgroundProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it said last.</summary>
    public string Said
    {
        get
        {
            lock (_said)
                return string.Join('\n', _said);
        }
    }

    /// <summary>Starts one.</summary>
    /// <param name="folder">Where it works.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static BackgroundProcess Start(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            return new BackgroundProcess(Process.Start(start)!);
        }
        catch (Win32Exception exception)
        {
            throw new CheckFailedException($"{program}: {exception.Message}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_said)
        {
            _said.Enqueue(line);
            if (_said.Count > LinesMax)
                _said.Dequeue();
        }
    }
}
