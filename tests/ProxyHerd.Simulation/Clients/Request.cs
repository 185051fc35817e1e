namespace ProxyHerd.Simulation.Clients;

/// <summary>One line that a program sends.</summary>
/// <param name="Client">Whose position it says or asks for.</param>
/// <param name="Position">The position; null for a question.</param>
/// <param name="Time">The time; null for a question.</param>
/// <param name="Bound">How many places a question asks for.</param>
internal sealed record Request(string Client, string? Position, string? Time, int Bound = 0)
{
    public bool IsQuestion => Position is null;

    /// <summary>The line, without its end.</summary>
    public string Line => IsQuestion ? $"WHATSAT {Client} 10 {Bound}" : $"IAMAT {Client} {Position} {Time}";
}
