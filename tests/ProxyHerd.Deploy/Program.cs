using ProxyHerd.Deploy;

// README.md says what each does.
switch (args)
{
    case ["composed"]:
        return await Checked.RunAsync(output => ComposedRun.RunAsync(output));
    default:
        Console.Error.WriteLine("usage: ProxyHerd.Deploy composed");
        return 2;
}
