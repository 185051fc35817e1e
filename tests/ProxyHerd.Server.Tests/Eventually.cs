using System.Diagnostics;

namespace ProxyHerd.Server.Tests;

/// <summary>Waits for named conditions, with a deadline that only a broken server reaches.</summary>
internal static class Eventually
{
    /// <summary>Generous: the machine may be building and testing other things.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits until a value fits, and returns it.</summary>
    /// <param name="what">What is waited for, in the words of the failure.</param>
    /// <param name="get">Gets the value.</param>
    /// <param name="fits">Whether it is the one.</param>
    public static async Task<T> GetAsync<T>(string what, Func<Task<T>> get, Predicate<T> fits)
    {
        var began = Stopwatch.StartNew();
        while (true)
        {
            var value = await get();
            if (fits(value))
                return value;
            if (began.Elapsed > Deadline)
                throw new TimeoutException($"{what}: not within {Deadline.TotalSeconds} s; the last value was: {value}");
            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    /// <summary>Waits until something is so.</summary>
    public static Task BeAsync(string what, Func<bool> isSo) => GetAsync(what, () => Task.FromResult(isSo()), value => value);

    /// <summary>Waits for a task, but not for ever.</summary>
    public static async Task EndAsync(string what, Task task)
    {
        try
        {
            await task.WaitAsync(Deadline, TimeProvider.System);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"{what}: not within {Deadline.TotalSeconds} s");
        }
    }

    /// <summary>Waits for a task's result, but not for ever.</summary>
    public static async Task<T> EndAsync<T>(string what, Task<T> task)
    {
        await EndAsync(what, (Task)task);
        return await task;
    }
}
