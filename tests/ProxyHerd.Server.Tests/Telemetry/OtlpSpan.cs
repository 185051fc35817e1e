using System.Text;

namespace ProxyHerd.Server.Tests.Telemetry;

/// <summary>A span as it came over the wire.</summary>
/// <param name="Instance">The <c>service.instance.id</c> of its resource.</param>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its trace and itself, in hex.</param>
/// <param name="Parent">Its trace and its parent, in hex; the parent empty for a root.</param>
/// <param name="Attributes">Its attributes that are texts.</param>
internal sealed record OtlpSpan(string Instance, string Name, string Id, string Parent, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>The spans of an ExportTraceServiceRequest.</summary>
    /// <remarks><see href="https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto"/></remarks>
    public static IEnumerable<OtlpSpan> Of(byte[] request) =>
        from resourceSpans in Messages(request, 1)
        let resource = AttributesOf(Messages(resourceSpans, 1).Single(), 1)
        from scopeSpans in Messages(resourceSpans, 2)
        from span in Messages(scopeSpans, 2)
        let trace = Hex(span, 1)
        select new OtlpSpan(
            $"{resource["service.name"]}/{resource["service.instance.id"]}", Text(span, 5), trace + Hex(span, 2), trace + Hex(span, 4), AttributesOf(span, 9));

    private static Dictionary<string, string> AttributesOf(byte[] message, int field) => Messages(message, field).ToDictionary(
        attribute => Text(attribute, 1),
        attribute => Messages(attribute, 2).Select(value => Text(value, 1)).FirstOrDefault(""),
        StringComparer.Ordinal);

    private static string Text(byte[] message, int field) => Encoding.UTF8.GetString(Messages(message, field).FirstOrDefault([]));

    private static string Hex(byte[] message, int field) => Convert.ToHexStringLower(Messages(message, field).FirstOrDefault([]));

    /// <summary>The values of a length-delimited field: messages, texts or bytes.</summary>
    private static IEnumerable<byte[]> Messages(byte[] message, int field)
    {
        for (var at = 0; at < message.Length;)
        {
            var key = Number(message, ref at);
            var length = (key & 7) switch
            {
                0 => NumberLength(message, at),
                1 => 8,
                2 => (int)Number(message, ref at),
                5 => 4,
                _ => throw new InvalidDataException($"Wire type {key & 7} at {at}"),
            };
            if (key >> 3 == (ulong)field && (key & 7) == 2)
                yield return message[at..(at + length)];
            at += length;
        }
    }

    private static int NumberLength(byte[] message, int at)
    {
        var end = at;
        Number(message, ref end);
        return end - at;
    }

    private static ulong Number(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return value;
        }
    }
}
