using System.Diagnostics;

namespace ProxyHerd.Herd.Tests;

/// <summary>Waits for what must happen, however slow the machine is; a test that waits longer than this hangs.</summary>
internal static class Deadline
{
    public static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(1);

    public static async Task Within(this Task task, string what)
    {
        try
        {
            await task.WaitAsync(Generous);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Still waiting: {what}");
        }
    }

    public static async Task<T> Within<T>(this Task<T> task, string what)
    {
        await ((Task)task).Within(what);
        return await task;
    }

    /// <summary>Looks until a condition holds.</summary>
    public static Task Until(Func<bool> condition, string what) => Until(condition, () => what);

    public static async Task Until(Func<bool> condition, Func<string> what)
    {
        for (var watch = Stopwatch.StartNew(); !condition();)
        {
            if (watch.Elapsed > Generous)
                throw new TimeoutException($"Still waiting: {what()}");
            await Task.Delay(BetweenLooks, TimeProvider.System);
        }
    }
}
