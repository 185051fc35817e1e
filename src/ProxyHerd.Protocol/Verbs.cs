namespace ProxyHerd.Protocol;

/// <summary>Tells lines apart by their first field.</summary>
public static class Verbs
{
    /// <summary>The verb of a line; its other fields are not looked at.</summary>
    public static Verb Of(ReadOnlySpan<byte> line)
    {
        var verb = new Fields(line).Next();
        return verb.Length switch
        {
            0 => Verb.Blank,
            2 when verb.SequenceEqual("AT"u8) => Verb.At,
            4 when verb.SequenceEqual("HERD"u8) => Verb.Herd,
            5 when verb.SequenceEqual("IAMAT"u8) => Verb.Iamat,
            7 when verb.SequenceEqual("WHATSAT"u8) => Verb.Whatsat,
            _ => Verb.Unknown,
        };
    }
}
