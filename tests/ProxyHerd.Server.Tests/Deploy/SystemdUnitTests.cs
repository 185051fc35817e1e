using Xunit;

namespace ProxyHerd.Server.Tests.Deploy;

/// <summary>Holds deploy/systemd against what the runtime needs and the program promises.</summary>
public sealed class SystemdUnitTests
{
    private static readonly List<(string Key, string Value)> Unit =
    [
        .. DeployFiles.Read("deploy/systemd/proxyherd@.service").Split('\n')
            .Where(line => line.Contains('=', StringComparison.Ordinal) && !line.StartsWith('#'))
            .Select(line => line.Split('=', 2))
            .Select(parts => (parts[0], parts[1])),
    ];

    /// <summary>
    /// Later lines win. A runtime that is refused sched_setaffinity, which is in @resources, ends with "Failed to create CoreCLR"
    /// before a line of ours runs.
    /// </summary>
    [Fact]
    public void SystemCalls_OfTheRuntime_AreAllowedInTheEnd()
    {
        var isAllowed = false;
        foreach (var (_, filter) in Unit.Where(line => line.Key == "SystemCallFilter"))
        {
            var names = filter.TrimStart('~').Split(' ');
            if (names.Contains("sched_setaffinity") || names.Contains("@resources") || names.Contains("@system-service"))
                isAllowed = !filter.StartsWith('~');
        }

        Assert.True(isAllowed);
    }

    /// <summary>A stop may take ten seconds; exit code 2 is a mistake that no restart mends.</summary>
    [Fact]
    public void Service_StopAndRestart_GoByWhatTheProgramDoes()
    {
        var values = Unit.Where(line => line.Key != "SystemCallFilter" && line.Key != "Environment").ToDictionary(line => line.Key, line => line.Value);

        Assert.Equal(("SIGTERM", "15s"), (values["KillSignal"], values["TimeoutStopSec"]));
        Assert.Equal(("notify", "on-failure", "2"), (values["Type"], values["Restart"], values["RestartPreventExitStatus"]));
    }
}
