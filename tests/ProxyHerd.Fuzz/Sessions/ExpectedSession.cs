using ProxyHerd.Fuzz.Targets;
using ProxyHerd.Herd.Connections;
using ProxyHerd.Protocol;

namespace ProxyHerd.Fuzz.Sessions;

/// <summary>What a peer that cannot prove itself may bring about, as far as its bytes tell.</summary>
/// <param name="SaysHello">Whether it becomes a link's.</param>
/// <param name="IsHelloWhole">Whether that is so before its end, which makes a line of what has no LF.</param>
/// <param name="UpdatesMax">Updates that a client may make before that.</param>
/// <param name="RepliesBytesMax">What may be said to it in all.</param>
/// <param name="IsClients">Whether it may be a client at all.</param>
internal readonly record struct ExpectedSession(bool SaysHello, bool IsHelloWhole, int UpdatesMax, long RepliesBytesMax, bool IsClients)
{
    /// <summary><c>? LINE</c> adds so much to a line.</summary>
    private const int RefusalBytes = 3;

    /// <summary>An AT line for an IAMAT, or for a WHATSAT with places that are next to nothing.</summary>
    private const int ReplyBytesMax = 512;

    /// <summary>A HELLO with names of 6 bytes, and a BYE with the longest reason.</summary>
    private const int GreetingBytesMax = 256;

    /// <summary>Reads the lines of a client, up to a HELLO.</summary>
    public static ExpectedSession Of(ReadOnlySpan<byte> input, ConnectionKind kind)
    {
        var isClients = kind != ConnectionKind.Links;
        var framing = new NaiveFraming(input, AtLine.BytesMax, isFinal: true);
        var updates = 0;
        long replies = 0;
        while (framing.Read(out var line) is var status && status != LineStatus.Incomplete)
        {
            replies += line.Length + RefusalBytes;
            if (status == LineStatus.TooLong)
                break;
            if (HerdLine.TryParse(line, out var herd) && herd.Kind == HerdKind.Hello)
                return new ExpectedSession(true, input[framing.Consumed - 1] == (byte)'\n', updates, replies + GreetingBytesMax, isClients);
            var isUpdate = isClients && IamatLine.TryParse(line, out _);
            updates += isUpdate ? 1 : 0;
            if (isUpdate || (isClients && WhatsatLine.TryParse(line, out _)))
                replies += ReplyBytesMax;
        }

        return new ExpectedSession(false, false, updates, replies, isClients);
    }

    /// <summary>Looks at all that was said to it.</summary>
    /// <returns>Whether it was greeted with a HELLO.</returns>
    public bool Check(ReadOnlySpan<byte> replies)
    {
        Oracle.Holds(replies.Length <= RepliesBytesMax, "replies are bounded");
        var isGreeted = false;
        var isOver = false;
        while (!replies.IsEmpty)
        {
            var end = replies.IndexOf((byte)'\n');
            Oracle.Holds(end >= 0, "every reply is a whole line");
            var line = replies[..end];
            replies = replies[(end + 1)..];
            Oracle.Holds(!isOver, "nothing is said after BYE");
            if (line.StartsWith("HERD "u8))
            {
                Oracle.Holds(SaysHello, "only a HELLO is answered with HERD lines");
                Oracle.Holds(HerdLine.TryParse(line, out var herd), "what the server says parses");
                isOver = herd.Kind == HerdKind.Bye;
                Oracle.Holds(isOver || (herd.Kind == HerdKind.Hello && !isGreeted), "a peer that is not let in is told HELLO once and BYE, nothing else");
                isGreeted = true;
            }
            else
            {
                Oracle.Holds(!isGreeted, "no client's reply comes on a link");
                Oracle.Holds(line.StartsWith("? "u8) || IsClients, "where links alone speak, all else is refused");
            }
        }

        return isGreeted;
    }
}
