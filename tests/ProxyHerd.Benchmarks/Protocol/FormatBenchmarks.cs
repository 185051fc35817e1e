using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using ProxyHerd.Protocol;

namespace ProxyHerd.Benchmarks.Protocol;

/// <summary>The AT line that answers an IAMAT, beside an interpolated string. A line each; both begin with the parsed IAMAT.</summary>
[MemoryDiagnoser]
public class FormatBenchmarks
{
    /// <summary>Enough that taking the parsed line, once a call, does not count.</summary>
    private const int Lines = 64;

    private readonly byte[] _server = "Alford"u8.ToArray();
    private readonly byte[] _iamat = "IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 1400794645.392014450"u8.ToArray();
    private readonly byte[] _output = new byte[AtLine.BytesMax];
    private readonly long _skew = 54_108_893_381;

    [Benchmark(Baseline = true, OperationsPerInvoke = Lines)]
    public int InterpolatedString()
    {
        const string Client = "kiwi.cs.ucla.edu";
        const string Position = "+34.068930-118.445127";
        const string Time = "1400794645.392014450";
        var written = 0;
        for (var i = 0; i < Lines; i++)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"AT Alford {(_skew + i) / 1e9m:+0.000000000;-0.000000000} {Client} {Position} {Time}");
            written += Encoding.UTF8.GetBytes(line, _output);
        }

        return written;
    }

    [Benchmark(OperationsPerInvoke = Lines)]
    public int FromAndCopyTo()
    {
        if (!IamatLine.TryParse(_iamat, out var iamat))
            throw new FormatException("The benchmark's own line cannot be parsed.");
        Span<byte> skew = stackalloc byte[PosixTime.SkewBytesMax];
        var written = 0;
        for (var i = 0; i < Lines; i++)
            written += AtLine.From(_server, _skew + i, iamat, skew).CopyTo(_output);
        return written;
    }
}
