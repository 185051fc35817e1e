using System.Diagnostics;
using ProxyHerd.Simulation.Reports;

namespace ProxyHerd.Simulation;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        CommandLine command;
        try
        {
            command = CommandLine.Parse(arguments);
        }
        catch (FormatException exception)
        {
            Console.Error.WriteLine(exception.Message);
            Console.Error.WriteLine(CommandLine.Usage);
            return 2;
        }

        var watch = Stopwatch.StartNew();
        var summary = new Summary();
        foreach (var result in SeedRuns.Run(command.FirstSeed, command.LastSeed, command.Jobs, command.Options))
        {
            summary.Add(result);
            foreach (var entry in result.History)
                Console.WriteLine(entry);
            if (result.Failed)
                FailureReport.Write(Console.Out, result, command.Options);
        }

        summary.Write(Console.Out, command.Mix.Name, watch.Elapsed);
        return summary.Failed > 0 ? 1 : 0;
    }
}
