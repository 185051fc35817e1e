using ProxyHerd.Server.Hosting;
using ProxyHerd.Server.Http;
using ProxyHerd.Server.Places;

if (CommandLine.AsksForHelp(args))
{
    Console.Out.WriteLine(CommandLine.Usage);
    return ExitCodes.Stopped;
}

if (HealthCommand.IsMeant(args))
    return await HealthCommand.RunAsync(args, Console.Out, Console.Error, HealthCommand.AnswerMax);
if (PlacesCommand.IsMeant(args))
    return await PlacesCommand.RunAsync(args, Console.Out, Console.Error);

// With it a read is handled on the thread that saw it, which saves two switches of threads a request. The runtime looks
// at it once, before the first socket.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

var warmUp = ServerHost.WarmUpAsync();
try
{
    if (!CommandLine.TryParse(args, Console.Error, out var command))
        return ExitCodes.WrongConfiguration;
    if (!ServerConfiguration.TryLoad(command, Console.Error, out var configuration))
        return ExitCodes.WrongConfiguration;

    await using var herd = new HerdProcess(configuration);
    return await herd.RunAsync(Console.Out, Console.Error);
}
finally
{
    // At a process's end OpenTelemetry takes away what it may still be using.
    await warmUp;
}
