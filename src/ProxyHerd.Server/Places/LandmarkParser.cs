using System.Globalization;

namespace ProxyHerd.Server.Places;

/// <summary>Reads landmarks, one a line: name, latitude, longitude, type and vicinity, separated by single tabs.</summary>
/// <remarks>A line that starts with <c>#</c> is a comment; an empty line is skipped.</remarks>
internal static class LandmarkParser
{
    private const int FieldsInLine = 5;

    /// <summary>All landmarks, in the order of their lines.</summary>
    /// <param name="reader">Read to its end; the caller disposes it.</param>
    /// <param name="source">What an error calls it.</param>
    /// <exception cref="InvalidDataException">A line is malformed or repeats a name; the message says which and why.</exception>
    public static IReadOnlyList<Landmark> Parse(TextReader reader, string source)
    {
        var landmarks = new List<Landmark>();
        var lineOfPlaceId = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;

            if (!TryParseLine(line, out var landmark, out var error))
                throw new InvalidDataException($"{source}:{number}: {error}");

            // The place_id comes from the name and must be unique, so names that differ only in punctuation clash too.
            if (!lineOfPlaceId.TryAdd(landmark.PlaceId, number))
            {
                var first = lineOfPlaceId[landmark.PlaceId];
                throw new InvalidDataException($"{source}:{number}: '{landmark.Name}' is already in line {first}");
            }

            landmarks.Add(landmark);
        }
        return landmarks;
    }

    private static bool TryParseLine(string line, out Landmark landmark, out string error)
    {
        landmark = null!;
        error = "";
        var fields = line.Split('\t');
        if (fields.Length != FieldsInLine)
            error = $"{fields.Length} fields instead of {FieldsInLine} (name, latitude, longitude, type, vicinity; one tab between them)";
        else if (fields.FirstOrDefault(IsNotText) is { } field)
            error = $"'{field}' is empty, has white space at an end or holds a control character";
        else if (!fields[0].Any(char.IsLetterOrDigit))
            error = $"the name '{fields[0]}' has neither a letter nor a digit";
        else if (!TryParseDegrees(fields[1], 90, out var latitude))
            error = $"'{fields[1]}' is no latitude; write decimal degrees from -90 to 90";
        else if (!TryParseDegrees(fields[2], 180, out var longitude))
            error = $"'{fields[2]}' is no longitude; write decimal degrees from -180 to 180";
        else if (!fields[3].All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
            error = $"'{fields[3]}' is no type; write lower-case letters, digits and underscores";
        else
            landmark = new Landmark(fields[0], latitude, longitude, fields[3], fields[4]);

        return error.Length == 0;
    }

    private static bool IsNotText(string field) =>
        field.Length == 0 || field.Trim().Length != field.Length || field.Any(char.IsControl);

    private static bool TryParseDegrees(string field, double degreesMax, out double degrees) =>
        double.TryParse(field, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out degrees)
        && Math.Abs(degrees) <= degreesMax;
}
