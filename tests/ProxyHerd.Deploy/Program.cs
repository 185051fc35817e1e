using ProxyHerd.Deploy;

// README.md says what each does.
switch (args)
{
    case ["composed"]:
        return await Checked.RunAsync(output => ComposedRun.RunAsync(output));
    case ["prometheus"]:
        return await Checked.RunAsync(output => PrometheusRun.RunAsync(output));
    default:
        Console.Error.WriteLine("usage: ProxyHerd.Deploy composed|prometheus");
        return 2;
}
