using System.Globalization;
using BenchmarkDotNet.Running;
using ProxyHerd.Benchmarks;
using ProxyHerd.Benchmarks.Load;
using ProxyHerd.Benchmarks.Places;
using ProxyHerd.Benchmarks.Recovery;

// The first four are for compare.sh, and README.md has the others; anything else goes to BenchmarkDotNet.
switch (args)
{
    case ["echo" or "echo-inline", var port]:
        await EchoServer.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), isInline: args[0] == "echo-inline");
        return 0;
    case ["load", .. var options]:
        var tally = LoadGenerator.Run(LoadOptions.Parse(options));
        Console.WriteLine(tally);
        return tally.Errors == 0 ? 0 : 1;
    case ["herd", .. var options]:
        return await HerdLoad.RunAsync(LoadOptions.Parse(options), Console.Out);
    case ["recovery", .. var options]:
        await RecoveryRun.RunAsync(options is ["--clients", var clients] ? int.Parse(clients, CultureInfo.InvariantCulture) : 1_000_000, Console.Out);
        return 0;
    case ["places", .. var options]:
        return await RegionRun.RunAsync(options, Console.Out);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(EchoServer).Assembly).Run(args);
        return 0;
}
