using System.Collections;
using System.ComponentModel;
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

    /// <summary>What can only be read is worked out from the keys and is none itself.</summary>
    private static IEnumerable<PropertyInfo> KeysOf(Type options) => options.GetProperties().Where(own => own.CanWrite);

    private static IEnumerable<string> FindIn(IConfigurationSection value, Type type)
    {
        if (type == typeof(string))
            return value.GetChildren().Any() ? [$"{value.Path}: is a section or a list; give one text"] : [];
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>))
            return value.GetChildren().SelectMany(entry => FindMistakes(entry, type.GetGenericArguments()[1]));
        if (typeof(IEnumerable).IsAssignableFrom(type))
            return FindInList(value);
        if (!type.IsValueType)
            return FindMistakes(value, type);

        var underlying = Nullable.GetUnderlyingType(type);
        if (underlying is not null && string.IsNullOrEmpty(value.Value))
            return [];
        var noun = NounOf(underlying ?? type);
        if (value.Value is null)
            return [$"{value.Path}: is null; give {noun}, or leave the key out"];
        return IsOf(underlying ?? type, value.Value) ? [] : [$"{value.Path}: '{value.Value}' is not {noun}"];
    }

    /// <summary>The binder would pass over a text that stands in the list's place, and fail at an entry that is no text.</summary>
    private static IEnumerable<string> FindInList(IConfigurationSection list)
    {
        if (!string.IsNullOrEmpty(list.Value))
            return [$"{list.Path}: '{list.Value}' is no list; write [\"{list.Value}\"] in the file, or {list.Path}:0 as the key"];
        return list.GetChildren().Where(entry => entry.GetChildren().Any()).Select(entry => $"{entry.Path}: is a section or a list; give one text");
    }

    /// <summary>Asks the converter that the binder uses.</summary>
    private static bool IsOf(Type type, string value)
    {
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value) is not null;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            return false;
        }
    }

    private static string NounOf(Type type)
    {
        if (type == typeof(bool))
            return "true or false";
        return type == typeof(TimeSpan) ? "a duration such as 01:00:00" : "a whole number";
    }
}
