using ProxyHerd.Protocol;

namespace ProxyHerd.Fuzz.Targets;

/// <summary>A line's verb is its first field, and only the parser of that verb takes the line.</summary>
internal sealed class VerbsTarget : IFuzzTarget
{
    public string Name => "Verbs";

    public bool Run(ReadOnlySpan<byte> input)
    {
        var verb = Verbs.Of(input);
        Oracle.Holds(verb == Expected(input), "the first field is the verb");
        Oracle.Holds(verb == Verb.Iamat || !IamatLine.TryParse(input, out _), "no other line is an IAMAT");
        Oracle.Holds(verb == Verb.Whatsat || !WhatsatLine.TryParse(input, out _), "no other line is a WHATSAT");
        Oracle.Holds(verb == Verb.At || !AtLine.TryParse(input, out _), "no other line is an AT");
        Oracle.Holds(verb == Verb.Herd || !HerdLine.TryParse(input, out _), "no other line is a HERD");
        return verb is not (Verb.Blank or Verb.Unknown);
    }

    public void Compare(ReadOnlySpan<byte> input)
    {
        // Run compares every input.
    }

    private static Verb Expected(ReadOnlySpan<byte> line)
    {
        var start = 0;
        while (start < line.Length && " \t\r\v\f"u8.Contains(line[start]))
            start++;
        var end = start;
        while (end < line.Length && !" \t\r\v\f"u8.Contains(line[end]))
            end++;
        var field = line[start..end];
        if (field.IsEmpty)
            return Verb.Blank;
        if (field.SequenceEqual("IAMAT"u8))
            return Verb.Iamat;
        if (field.SequenceEqual("WHATSAT"u8))
            return Verb.Whatsat;
        if (field.SequenceEqual("AT"u8))
            return Verb.At;
        return field.SequenceEqual("HERD"u8) ? Verb.Herd : Verb.Unknown;
    }
}
