using System.Buffers;
using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using ProxyHerd.Protocol;

namespace ProxyHerd.Benchmarks.Protocol;

/// <summary>From the bytes of a read to messages: lines framed and parsed, beside what strings would do. A line each.</summary>
[MemoryDiagnoser]
public class ParseBenchmarks
{
    /// <summary>What one read of a pipelining client brings.</summary>
    private const int Lines = 64;

    private byte[] _read = [];

    /// <summary>The kind of line.</summary>
    [ParamsAllValues]
    public LineKind Kind { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var line = Kind switch
        {
            LineKind.Iamat => "IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 1400794645.392014450\n",
            LineKind.At => "AT Alford +54.108893381 kiwi.cs.ucla.edu +34.068930-118.445127 1400794645.392014450\n",
            _ => "WHATSAT kiwi.cs.ucla.edu 10 5\n",
        };
        _read = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(line, Lines)));
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Lines)]
    public int Strings()
    {
        var count = 0;
        foreach (var line in Encoding.UTF8.GetString(_read).Split('\n'))
        {
            var fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            count += fields switch
            {
                ["IAMAT", _, var position, var time] => IsPosition(position) && IsNumber(time) ? 1 : 0,
                ["AT", _, var skew, _, var position, var time] => IsNumber(skew) && IsPosition(position) && IsNumber(time) ? 1 : 0,
                ["WHATSAT", _, var radius, var bound] => IsNumber(radius) && IsNumber(bound) ? 1 : 0,
                _ => 0,
            };
        }

        return count;
    }

    [Benchmark(OperationsPerInvoke = Lines)]
    public int LineReaderAndParsers()
    {
        Span<byte> scratch = stackalloc byte[4097];
        var reader = new LineReader(new ReadOnlySequence<byte>(_read), scratch, 4096, isFinal: false);
        var count = 0;
        while (reader.Read(out var line) == LineStatus.Complete)
        {
            var isParsed = Verbs.Of(line) switch
            {
                Verb.Iamat => IamatLine.TryParse(line, out _),
                Verb.At => AtLine.TryParse(line, out _),
                Verb.Whatsat => WhatsatLine.TryParse(line, out _),
                _ => false,
            };
            count += isParsed ? 1 : 0;
        }

        return count;
    }

    private static bool IsPosition(string field)
    {
        var sign = field.LastIndexOfAny(['+', '-']);
        return sign > 0 && IsNumber(field[..sign]) && IsNumber(field[sign..]);
    }

    private static bool IsNumber(string field) => decimal.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
