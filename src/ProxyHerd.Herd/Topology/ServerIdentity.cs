using System.Text;

namespace ProxyHerd.Herd.Topology;

/// <summary>Who this server is, in this run of it.</summary>
public sealed class ServerIdentity
{
    /// <param name="name">Its name in the herd.</param>
    /// <param name="boot">A random number chosen at this start.</param>
    public ServerIdentity(string name, ulong boot)
    {
        Name = name;
        NameBytes = Encoding.UTF8.GetBytes(name);
        Boot = boot;
    }

    /// <summary>Its name in the herd.</summary>
    public string Name { get; }

    /// <summary>Its name, as it stands in lines.</summary>
    public ReadOnlyMemory<byte> NameBytes { get; }

    /// <summary>Which start of it this is: what neighbours know of its feed holds for this boot alone.</summary>
    public ulong Boot { get; }
}
