using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ProxyHerd.Herd.Flooding;

namespace ProxyHerd.Server.Dialling;

/// <summary>Asks the system's resolver which addresses a neighbour's host has.</summary>
internal sealed class SystemHostLookup(TimeProvider time) : IHostLookup
{
    /// <summary>How long an answer holds: a container that is started anew may have another address.</summary>
    private static readonly TimeSpan AnswerAge = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, (IPAddress[] Addresses, long Asked)> _answers = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async ValueTask<bool> IsHostOfAsync(string host, EndPoint peer)
    {
        if (peer is not IPEndPoint { Address: var address })
            return false;
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (!_answers.TryGetValue(host, out var answer) || time.GetElapsedTime(answer.Asked) > AnswerAge)
        {
            answer = (await AskAsync(host), time.GetTimestamp());
            _answers[host] = answer;
        }

        return Array.IndexOf(answer.Addresses, address) >= 0;
    }

    private static async Task<IPAddress[]> AskAsync(string host)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(host);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            // A host that nobody knows, or that cannot be one, has no addresses: nothing is believed from there.
            return [];
        }
    }
}
