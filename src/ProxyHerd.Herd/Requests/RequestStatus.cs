namespace ProxyHerd.Herd.Requests;

/// <summary>What a line asks of its connection.</summary>
internal enum RequestStatus
{
    /// <summary>Nothing more: its reply, if it has one, is written.</summary>
    Done,

    /// <summary>To wait for places and then write <see cref="WhatsatReply"/>.</summary>
    WaitsForPlaces,

    /// <summary>To become a link's: the line is a neighbour's HELLO and has not been consumed.</summary>
    SaysHello,
}
