using System.Diagnostics;
using Xunit.Sdk;

namespace ProxyHerd.EndToEnd;

/// <summary>Waits for something that has a name, and says that name if it does not come true.</summary>
internal static class Condition
{
    /// <summary>How long anything may take that has no limit of its own: a machine that does much else is slow.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan LookFor = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    /// <summary>Looks again and again until it holds.</summary>
    /// <param name="name">What is waited for.</param>
    /// <param name="within">For how long.</param>
    /// <param name="holds">Whether it holds now.</param>
    /// <param name="situation">What to show a person if it does not.</param>
    /// <returns>How long it took.</returns>
    public static async Task<TimeSpan> HoldsAsync(string name, TimeSpan within, Func<Task<bool>> holds, Func<string> situation)
    {
        var clock = Stopwatch.StartNew();
        while (!await holds())
        {
            if (clock.Elapsed > within)
                throw new TimeoutException($"Not within {within}: {name}{Environment.NewLine}{situation()}");
            await Task.Delay(LookEvery, TimeProvider.System);
        }

        return clock.Elapsed;
    }

    /// <summary>Looks for a while whether it goes on to hold, for what must not happen has no moment to wait for.</summary>
    /// <param name="name">What goes on.</param>
    /// <param name="holds">Whether it holds now.</param>
    /// <param name="situation">What to show a person if it does not.</param>
    public static async Task StaysAsync(string name, Func<bool> holds, Func<string> situation)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < LookFor)
        {
            if (!holds())
                throw new XunitException($"No more after {clock.Elapsed}: {name}{Environment.NewLine}{situation()}");
            await Task.Delay(LookEvery, TimeProvider.System);
        }
    }
}
