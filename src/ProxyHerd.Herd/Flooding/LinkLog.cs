using Microsoft.Extensions.Logging;

namespace ProxyHerd.Herd.Flooding;

/// <summary>What is logged of links.</summary>
internal sealed partial class LinkLog(ILogger logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>A neighbour cannot be reached; each reason is said once until it can, or until there is another.</summary>
    [LoggerMessage(120, LogLevel.Information, "Link to {Neighbour} is down: {Reason}; it is dialled again until it answers")]
    public partial void Unreachable(string neighbour, string reason);

    /// <summary>Somebody else answers in a neighbour's place, or it with a wrong certificate; said as often as the above.</summary>
    [LoggerMessage(132, LogLevel.Warning, "Link to {Neighbour} is down: {Reason}; it is not told anything, and dialled again")]
    public partial void NotTheNeighbour(string neighbour, string reason);

    /// <summary>A session has begun.</summary>
    [LoggerMessage(121, LogLevel.Information, "Link to {Neighbour} is up, from {Start} of {Head}")]
    public partial void Up(string neighbour, long start, long head);

    /// <summary>A session has ended.</summary>
    [LoggerMessage(122, LogLevel.Information, "Link to {Neighbour} ended: {Reason}")]
    public partial void Ended(string neighbour, string reason);

    /// <summary>A neighbour's own link has come up.</summary>
    [LoggerMessage(123, LogLevel.Information, "Link from {Neighbour} is up, at {Peer}; we have its feed up to {Sequence}")]
    public partial void From(string neighbour, string peer, long sequence);

    /// <summary>A neighbour's own link has ended.</summary>
    [LoggerMessage(124, LogLevel.Information, "Link from {Neighbour} ended: {Reason}")]
    public partial void FromEnded(string neighbour, string reason);

    /// <summary>A peer that says HERD is refused.</summary>
    [LoggerMessage(125, LogLevel.Warning, "HERD from {Peer}, which calls itself {Speaker} and us {Hearer}, is refused: {Reason}")]
    public partial void Refused(string peer, string speaker, string hearer, string reason);

    /// <summary>Two servers use one name.</summary>
    [LoggerMessage(126, LogLevel.Error, "{Neighbour} says that a newer session of ours has replaced this one: does another server run under this name?")]
    public partial void Replaced(string neighbour);

    /// <summary>A neighbour's update is missing here.</summary>
    [LoggerMessage(127, LogLevel.Warning, "An AT line of {Neighbour} was not taken, so nothing more is acknowledged in this session: {Line}")]
    public partial void NotTaken(string neighbour, string line);

    /// <summary>A plain neighbour has been reached.</summary>
    [LoggerMessage(128, LogLevel.Information, "Plain neighbour {Neighbour} is reached")]
    public partial void PlainUp(string neighbour);

    /// <summary>A plain neighbour closes after each line.</summary>
    [LoggerMessage(129, LogLevel.Information, "Plain neighbour {Neighbour} closes after a line: each line gets a connection of its own")]
    public partial void PlainOneLine(string neighbour);

    /// <summary>Repair does no good.</summary>
    [LoggerMessage(131, LogLevel.Warning, "{Neighbour} still differs in {Buckets} buckets after repair: does it refuse locations, by its clock or its limits? The next look is in {Wait}")]
    public partial void StaysDifferent(string neighbour, int buckets, TimeSpan wait);

    /// <summary>A neighbour's proof does not fit.</summary>
    [LoggerMessage(130, LogLevel.Warning, "{Neighbour} does not know our secret; it is not told anything")]
    public partial void WrongProof(string neighbour);
}
