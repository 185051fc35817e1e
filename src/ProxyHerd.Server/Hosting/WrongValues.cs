using System.Collections;
using System.Globalization;
using System.Reflection;

namespace ProxyHerd.Server.Hosting;

/// <summary>
/// Finds the keys of a section that its options do not have, and the values that do not fit their types. The binder would pass
/// over the first in silence, so that a herd runs without the secret that somebody believes it has; of the others it would stop
/// at the first, pass over a whole server for one of them, and take a null for 0 or false.
/// </summary>
internal static class WrongValues
{
    /// <summary>The mistakes, each with its key, the value and the way out.</summary>
    /// <param name="section">A section.</param>
    /// <param name="options">The type of the options that it is bound to.</param>
    public static IEnumerable<string> FindMistakes(IConfigurationSection section, Type options)
    {
        foreach (var child in section.GetChildren())
        {
            var property = KeysOf(options).FirstOrDefault(own => own.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            var mistakes = property is null ? [Unknown(child, KeysOf(options).Select(own => own.Name))] : FindIn(child, property.PropertyType);
            foreach (var mistake in mistakes)
                yield return mistake;
        }
    }

    /// <summary>A key that nothing reads.</summary>
    /// <param name="section">The key.</param>
    /// <param name="known">Those that stand where it does.</param>
    public static string Unknown(IConfigurationSection section, IEnumerable<string> known) =>
        $"{section.Path}: there is no such key; known there: {string.Join(", ", known.Order(StringComparer.Ordinal))}";

    /// <summary>A text that stands where keys belong. It may be a secret, so it is not said.</summary>
    public static string NoSection(IConfigurationSection text) => $"{text.Path}: is one text; give a section with its keys";

    /// <summary>What can only be read is worked out from the keys and is none itself.</summary>
    private static IEnumerable<PropertyInfo> KeysOf(Type options) => options.GetProperties().Where(own => own.CanWrite);

    private static IEnumerable<string> FindIn(IConfigurationSection value, Type type)
    {
        if (type == typeof(string))
            return value.GetChildren().Any() ? [$"{value.Path}: is a section or a list; give one text"] : [];
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>))
            return string.IsNullOrEmpty(value.Value) ? value.GetChildren().SelectMany(entry => FindInSection(entry, type.GetGenericArguments()[1])) : [NoSection(value)];
        if (typeof(IEnumerable).IsAssignableFrom(type))
            return FindInList(value);
        if (!type.IsValueType)
            return FindInSection(value, type);

        var underlying = Nullable.GetUnderlyingType(type);
        var noun = NounOf(underlying ?? type);
        if (value.GetChildren().Any())
            return [$"{value.Path}: is a section or a list; give {noun}"];
        if (underlying is not null && string.IsNullOrEmpty(value.Value))
            return [];
        if (value.Value is null)
            return [$"{value.Path}: is null; give {noun}, or leave the key out"];
        return IsOf(underlying ?? type, value.Value) ? [] : [$"{value.Path}: '{value.Value}' is not {noun}"];
    }

    private static IEnumerable<string> FindInSection(IConfigurationSection section, Type options) =>
        string.IsNullOrEmpty(section.Value) ? FindMistakes(section, options) : [NoSection(section)];

    /// <summary>The binder would pass over a text that stands in the list's place, and have null where an entry is null or no text.</summary>
    private static IEnumerable<string> FindInList(IConfigurationSection list)
    {
        if (!string.IsNullOrEmpty(list.Value))
            return [$"{list.Path}: '{list.Value}' is no list; write [\"{list.Value}\"] in the file, or {list.Path}:0 as the key"];
        return list.GetChildren().Where(entry => entry.Value is null)
            .Select(entry => $"{entry.Path}: is {(entry.GetChildren().Any() ? "a section or a list" : "null")}; give one text");
    }

    /// <summary>Reads it as the binder does.</summary>
    private static bool IsOf(Type type, string value)
    {
        if (type == typeof(bool))
            return bool.TryParse(value, out _);
        if (type == typeof(int))
            return int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _);
        if (type == typeof(TimeSpan))
            return TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out _);
        throw new NotSupportedException($"No options have a {type} yet; say here how the binder reads it.");
    }

    private static string NounOf(Type type)
    {
        if (type == typeof(bool))
            return "true or false";
        return type == typeof(TimeSpan) ? "a duration such as 01:00:00" : "a whole number";
    }
}
