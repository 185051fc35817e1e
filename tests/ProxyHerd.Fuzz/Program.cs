using ProxyHerd.Fuzz;
using ProxyHerd.Fuzz.Targets;

FuzzOptions options;
try
{
    options = FuzzOptions.Parse(args);
}
catch (Exception exception) when (exception is FormatException or OverflowException)
{
    Console.Error.WriteLine($"{exception.Message}; usage: {FuzzOptions.Usage}");
    return 2;
}

var targets = FuzzTargets.Named(options.Target);
if (targets.Count == 0)
{
    Console.Error.WriteLine($"--target: '{options.Target}' is none of {string.Join(", ", FuzzTargets.Names)}, parsers, all");
    return 2;
}

var failures = 0;
foreach (var target in targets)
{
    try
    {
        Console.WriteLine(new FuzzLoop(target, options).Run());
    }
    catch (FuzzFailure failure)
    {
        failures++;
        Console.WriteLine(failure);
    }
}

return failures == 0 ? 0 : 1;
