using System.ComponentModel;
using System.Diagnostics;

namespace ProxyHerd.Deploy;

/// <summary>Runs programs, each for a limited time.</summary>
internal static class Command
{
    /// <summary>Runs one to its end.</summary>
    /// <param name="limit">What it may take.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it wrote to its standard output.</returns>
    /// <exception cref="CheckFailedException">It is not there, it took too long, or its exit code is not 0.</exception>
    public static Task<string> RunAsync(TimeSpan limit, string program, params string[] arguments) => FeedAsync(limit, "", program, arguments);

    /// <summary>Runs one to its end, with something on its standard input.</summary>
    public static async Task<string> FeedAsync(TimeSpan limit, string input, string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var ending = new CancellationTokenSource(limit, TimeProvider.System);
        try
        {
            await process.WaitForExitAsync(ending.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new CheckFailedException($"{program} {string.Join(' ', arguments)} took more than {limit}");
        }

        return process.ExitCode == 0
            ? await output
            : throw new CheckFailedException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await output}{await errors}");
    }

    /// <summary>Whether a program is there and ends well.</summary>
    public static async Task<bool> TryAsync(TimeSpan limit, string program, params string[] arguments)
    {
        try
        {
            await RunAsync(limit, program, arguments);
            return true;
        }
        catch (CheckFailedException)
        {
            return false;
        }
    }

    private static Process Start(string program, string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception exception)
        {
            throw new CheckFailedException($"{program}: {exception.Message}");
        }
    }
}
