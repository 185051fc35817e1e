using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Xunit;

namespace ProxyHerd.Server.Tests.Tls;

/// <summary>A peer that shakes hands and then sends a record that nobody has sealed.</summary>
internal static class TlsGarbage
{
    /// <summary>Does so on a connection, behind what it says in earnest.</summary>
    public static async Task SendAsync(TcpClient client, string first, X509Certificate2? certificate = null)
    {
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: true);
        await Eventually.EndAsync("the handshake", tls.AuthenticateAsClientAsync(TlsPeer.Options(certificate)));
        await tls.WriteAsync(Encoding.Latin1.GetBytes(first));
        if (first.Length > 0)
            Assert.NotEqual(0, await Eventually.EndAsync("a reply", tls.ReadAsync(new byte[1024]).AsTask()));
        byte[] record = [0x17, 0x03, 0x03, 0x00, 0x20, .. new byte[0x20]];
        await client.GetStream().WriteAsync(record);
        try
        {
            // An alert may come first.
            while (await Eventually.EndAsync("the end", client.GetStream().ReadAsync(new byte[256]).AsTask()) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A reset is an end too.
        }
    }
}
