namespace ProxyHerd.Herd.Flooding;

/// <summary>Somebody answered where a neighbour was dialled, and could not show that it is the neighbour.</summary>
/// <param name="message">Why not, in the words of a log.</param>
public sealed class NotTheNeighbourException(string message) : IOException(message);
