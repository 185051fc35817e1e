using System.Globalization;
using BenchmarkDotNet.Running;
using ProxyHerd.Benchmarks;

// `echo PORT` and `echo-inline PORT` are peers for compare.sh; anything else goes to BenchmarkDotNet.
if (args is ["echo" or "echo-inline", var port])
{
    await EchoServer.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), isInline: args[0] == "echo-inline");
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(EchoServer).Assembly).Run(args);
