using System.Buffers;
using System.Text;
using ProxyHerd.Server.Connections;
using Xunit;

namespace ProxyHerd.Server.Tests.Connections;

public sealed class ForeignProtocolTests
{
    /// <summary>What other programs say first.</summary>
    public static TheoryData<string, string> Foreign => new()
    {
        { "GET / HTTP/1.1\r\n", "an HTTP request" },
        { "GET / HTTP/1.0\n", "an HTTP request" },
        { "GET /?q=IAMAT%20a HTTP/1.1\r\nHost: localhost\r\n\r\n", "an HTTP request" },
        { "HEAD / HTTP/1.1\r\n", "an HTTP request" },
        { "POST /herd HTTP/1.1\r\nContent-Type: text/plain\r\n\r\nIAMAT a +1+1 1\n", "an HTTP request" },
        { "PUT /a HTTP/1.1\r\n", "an HTTP request" },
        { "DELETE /a HTTP/1.1\r\n", "an HTTP request" },
        { "OPTIONS * HTTP/1.1\r\n", "an HTTP request" },
        { "PATCH /a HTTP/1.1\r\n", "an HTTP request" },
        { "TRACE / HTTP/1.1\r\n", "an HTTP request" },
        { "CONNECT example.org:443 HTTP/1.1\r\n", "an HTTP request" },
        { "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "an HTTP request" },
        { "GET http://localhost:13000/ HTTP/1.1\r\n", "an HTTP request" },
        { $"GET /{new string('x', 4070)} HTTP/1.1\r\n", "an HTTP request" },
        { $"GET /{new string('x', 6000)} HTTP/1.1\r\n", "an HTTP request" },
        { "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003", "a TLS hello" },
        { "\u0016\u0003\u0003\u0000\u0005", "a TLS hello" },
    };

    /// <summary>Lines of this protocol, and others that are only answered with a question mark.</summary>
    public static TheoryData<string> Own => new()
    {
        "IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 1400794645.392014450\n",
        "WHATSAT kiwi.cs.ucla.edu 10 5\n",
        "AT Alford +54.108893381 kiwi.cs.ucla.edu +34.068930-118.445127 1400794645.392014450\n",
        "HERD HELLO 1 Alford Parker 1 Memory 2\n",
        "\n",
        "\r\n",
        " \t\n",
        "foo\n",
        "G\n",
        "GET\n",
        "GET \n",
        "GET foo\n",
        "GET foo\nGET / HTTP/1.1\n",
        "GET / HTTP/1.1 \n",
        "GET / http/1.1\n",
        "GET / HTTP/10.1\n",
        "get / HTTP/1.1\n",
        "GETS / HTTP/1.1\n",
        "IAMAT / HTTP/1.1\n",
        "\nGET / HTTP/1.1\n",
        "\u0016\n",
        "\u0016\u0002\u0003\n",
        "\u0003\u0016\n",
        "CONNECTION lost\n",
        "PRIVATE\n",
    };

    [Theory]
    [MemberData(nameof(Foreign))]
    public void TryDetect_ForeignWhole_NamesIt(string bytes, string protocol)
    {
        Assert.True(ForeignProtocol.TryDetect(Whole(bytes), isFinal: false, out var name));
        Assert.Equal(protocol, name);
    }

    /// <summary>However it arrives, it is never taken for ours before it is known.</summary>
    [Theory]
    [MemberData(nameof(Foreign))]
    public void TryDetect_ForeignInPieces_IsNeverTakenForOurs(string bytes, string protocol)
    {
        for (var length = 1; length <= bytes.Length; length++)
        {
            var isKnown = ForeignProtocol.TryDetect(Whole(bytes[..length]), isFinal: false, out var name);
            Assert.Equal(isKnown ? protocol : null, name);
        }

        for (var split = 0; split <= Math.Min(bytes.Length, 80); split++)
        {
            Assert.True(ForeignProtocol.TryDetect(Split(bytes, split), isFinal: false, out var name));
            Assert.Equal(protocol, name);
        }
    }

    [Theory]
    [MemberData(nameof(Own))]
    public void TryDetect_Own_IsLetThroughAtItsLineEnd(string bytes)
    {
        for (var length = 0; length <= bytes.Length; length++)
        {
            var isKnown = ForeignProtocol.TryDetect(Whole(bytes[..length]), isFinal: false, out var name);
            Assert.Null(name);
            Assert.True(isKnown || !bytes[..length].Contains('\n', StringComparison.Ordinal), $"{length} bytes should have been enough");
        }

        foreach (var final in new[] { bytes, bytes[..bytes.IndexOf('\n', StringComparison.Ordinal)], bytes[..1], "" })
        {
            Assert.True(ForeignProtocol.TryDetect(Whole(final), isFinal: true, out var name));
            Assert.Null(name);
        }

        for (var split = 0; split <= bytes.Length; split++)
        {
            Assert.True(ForeignProtocol.TryDetect(Split(bytes, split), isFinal: false, out var name));
            Assert.Null(name);
        }
    }

    /// <summary>The protocol takes a last line without its LF; so does this look at it.</summary>
    [Theory]
    [InlineData("GET / HTTP/1.1")]
    [InlineData("GET / HTTP/1.1\r")]
    public void TryDetect_RequestLineEndsWithTheInput_IsForeign(string bytes)
    {
        Assert.False(ForeignProtocol.TryDetect(Whole(bytes), isFinal: false, out _));
        Assert.True(ForeignProtocol.TryDetect(Whole(bytes), isFinal: true, out var name));
        Assert.Equal("an HTTP request", name);
    }

    /// <summary>A line that is longer than any may be is answered and closed by the reader, whatever it is.</summary>
    [Fact]
    public void TryDetect_EndlessLine_IsNotWaitedFor() =>
        Assert.True(ForeignProtocol.TryDetect(Whole("GET " + new string('x', 10_000)), isFinal: false, out _));

    private static ReadOnlySequence<byte> Whole(string bytes) => new(Encoding.Latin1.GetBytes(bytes));

    private static ReadOnlySequence<byte> Split(string bytes, int index)
    {
        var first = new Segment(Encoding.Latin1.GetBytes(bytes[..index]), 0);
        var second = first.Append(Encoding.Latin1.GetBytes(bytes[index..]));
        return new ReadOnlySequence<byte>(first, 0, second, second.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, long index)
        {
            Memory = bytes;
            RunningIndex = index;
        }

        public Segment Append(byte[] bytes)
        {
            var next = new Segment(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
