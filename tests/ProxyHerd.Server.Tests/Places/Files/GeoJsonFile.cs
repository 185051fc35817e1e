using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace ProxyHerd.Server.Tests.Places.Files;

/// <summary>GeoJSON files for tests, as <c>osmium export</c> writes them.</summary>
internal static class GeoJsonFile
{
    /// <summary>A collection of named nodes at longitude 7, one a line.</summary>
    public static string Of(params (string Name, double Latitude)[] nodes) => Collection(nodes.Select((node, i) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"type":"Feature","id":"n{{{i + 1}}}","geometry":{"type":"Point","coordinates":[7,{{{node.Latitude}}}]},"properties":{"name":{{{JsonSerializer.Serialize(node.Name)}}}}}""")));

    /// <summary>A collection of features.</summary>
    public static string Collection(IEnumerable<string> features) =>
        "{\"type\":\"FeatureCollection\",\"features\":[\n" + string.Join(",\n", features) + "\n]}\n";

    /// <summary>The same, compressed.</summary>
    public static byte[] Compress(string text)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return compressed.ToArray();
    }

    /// <summary>A named pipe, held open, so that nobody who opens it waits.</summary>
    public static SafeFileHandle MakePipe(string path)
    {
        using (var process = Process.Start("mkfifo", [path]))
            process.WaitForExit();
        return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
    }
}
