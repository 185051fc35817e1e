namespace ProxyHerd.Server.Transport;

/// <summary>What epoll tells of a descriptor.</summary>
[Flags]
internal enum PollEvents : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Something has come.</summary>
    In = 0x1,

    /// <summary>Urgent data stands in the input, and a read stops short there.</summary>
    Urgent = 0x2,

    /// <summary>There is room for output.</summary>
    Out = 0x4,

    /// <summary>The connection has failed.</summary>
    Error = 0x8,

    /// <summary>Both directions are closed.</summary>
    HungUp = 0x10,

    /// <summary>The peer will send nothing more.</summary>
    InputEnds = 0x2000,

    /// <summary>Tell only what is new.</summary>
    EdgeTriggered = 0x80000000,
}
