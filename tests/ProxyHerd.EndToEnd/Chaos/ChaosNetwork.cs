using System.Globalization;
using ProxyHerd.EndToEnd.Lines;
using ProxyHerd.EndToEnd.Processes;

namespace ProxyHerd.EndToEnd.Chaos;

/// <summary>A relay for every link of a herd, each way, and whoever cuts and slows them at random.</summary>
internal sealed class ChaosNetwork : IDisposable
{
    private const int DelayMax = 200;
    private const int TroubleMax = 1500;

    private readonly Dictionary<(string From, string To), Relay> _relays;

    public ChaosNetwork(ProcessHerd herd) => _relays = (
        from name in herd.Names
        from neighbour in herd.NeighboursOf(name)
        select (name, neighbour)).ToDictionary(link => link, link => new Relay(herd.PortOf(link.neighbour)));

    /// <summary>Links that were cut, or slowed.</summary>
    public int Troubles { get; private set; }

    /// <summary>What a server has to be told so that it dials its neighbours through their relays.</summary>
    public string[] SettingsOf(string name) =>
    [
        .. from relay in _relays
           where relay.Key.From == name
           select string.Create(CultureInfo.InvariantCulture, $"--Herd:Servers:{relay.Key.To}:Port={relay.Value.Port}"),
    ];

    /// <summary>Cuts or slows one link after another, each for a while, until told to stop; then mends all.</summary>
    public async Task TroubleAsync(Random random, CancellationToken stopping)
    {
        Relay[] relays = [.. _relays.Values];
        while (!stopping.IsCancellationRequested)
        {
            var relay = relays[random.Next(relays.Length)];
            Troubles++;
            if (random.Next(2) == 0)
                relay.Cut();
            else
                relay.Delay = TimeSpan.FromMilliseconds(random.Next(1, DelayMax));
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(TroubleMax)), TimeProvider.System, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            // Two in three are mended at once; the others stay as they are until they are met again, or the end.
            if (random.Next(3) > 0)
                Mend(relay);
        }

        Array.ForEach(relays, Mend);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var relay in _relays.Values)
            relay.Dispose();
    }

    private static void Mend(Relay relay)
    {
        relay.Delay = TimeSpan.Zero;
        relay.Mend();
    }
}
