namespace ProxyHerd.Simulation.Reports;

/// <summary>A seed that failed: what is wrong, how to run it again, and the whole history of the client concerned.</summary>
internal static class FailureReport
{
    public static void Write(TextWriter output, SimulationResult result, SimulationOptions options)
    {
        output.WriteLine($"seed {result.Seed} of mix {options.Mix.Name} failed:");
        foreach (var violation in result.Violations)
            output.WriteLine($"  {violation.Kind}: {violation.Text}");
        var client = result.Violations.Select(static violation => violation.Client).FirstOrDefault(static client => client is not null);
        var again = Simulation.Run(result.Seed, options with { HistoryOf = client ?? "" });
        output.WriteLine(client is null ? "history of the herd:" : $"history of {client}, and of the herd:");
        foreach (var entry in again.History)
            output.WriteLine(entry);
        if (again.TraceHash != result.TraceHash)
            output.WriteLine("The second run differed from the first: the simulation is not repeatable.");
        output.WriteLine();
    }
}
