namespace ProxyHerd.Deploy;

/// <summary>A check that a person or a script runs: it tells how it went, and its exit code is whether it went well.</summary>
internal static class Checked
{
    /// <summary>Runs it.</summary>
    /// <returns>0 if it went well, 1 if not.</returns>
    public static async Task<int> RunAsync(Func<TextWriter, Task> check)
    {
        try
        {
            await check(Console.Out);
            return 0;
        }
        catch (CheckFailedException failure)
        {
            await Console.Error.WriteLineAsync($"failed: {failure.Message}");
            return 1;
        }
    }
}
