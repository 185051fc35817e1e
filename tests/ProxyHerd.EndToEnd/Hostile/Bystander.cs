using ProxyHerd.EndToEnd.Processes;

namespace ProxyHerd.EndToEnd.Hostile;

/// <summary>
/// A server like the victim that nobody attacks, and a good client of it: what that one waits for during an attack is the machine,
/// which the attacker, the victim and the bystander share here and would not in truth.
/// </summary>
internal sealed class Bystander : IAsyncDisposable
{
    private readonly ProcessHerd _herd;
    private GoodClient? _good;

    private Bystander(HerdPlan plan) => _herd = new ProcessHerd(plan);

    /// <summary>Starts one.</summary>
    /// <param name="durability">The victim's.</param>
    public static async Task<Bystander> StartAsync(string durability)
    {
        var bystander = new Bystander(new HerdPlan("Alford-Bolden") { Durability = durability });
        try
        {
            await bystander._herd.StartWithAsync(Victim.Name);
            bystander._good = new GoodClient(bystander._herd.PortOf(Victim.Name), Condition.Deadline);
            return bystander;
        }
        catch
        {
            await bystander.DisposeAsync();
            throw;
        }
    }

    /// <summary>What its good client has seen since this was last called.</summary>
    public Latencies Take() => _good!.Take();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _good?.Dispose();
        await _herd.DisposeAsync();
    }
}
