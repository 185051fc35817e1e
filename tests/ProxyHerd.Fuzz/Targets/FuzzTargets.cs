using ProxyHerd.Fuzz.Sessions;

namespace ProxyHerd.Fuzz.Targets;

/// <summary>Every target by its name.</summary>
internal static class FuzzTargets
{
    private static readonly Func<IFuzzTarget>[] All =
    [
        () => new LineReaderTarget(),
        () => new VerbsTarget(),
        () => new IamatLineTarget(),
        () => new WhatsatLineTarget(),
        () => new AtLineTarget(),
        () => new HerdLineTarget(),
        () => new PositionTarget(),
        () => new PosixTimeTarget(),
        () => new SkewTarget(),
        () => new SessionTarget(),
    ];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(target => target().Name)];

    /// <summary>The target of a name, new; every one for <c>all</c>, every one but a connection's for <c>parsers</c>, and none if nothing is called so.</summary>
    public static IReadOnlyList<IFuzzTarget> Named(string name) => [.. All.Select(target => target()).Where(target => name switch
    {
        "all" => true,
        "parsers" => target is not SessionTarget,
        _ => target.Name == name,
    })];
}
