namespace ProxyHerd.Herd.Flooding;

/// <summary>Small numbers for (neighbour, boot): which run of which neighbour brought an update.</summary>
/// <remarks>
/// A link passes over what the boot it speaks to has brought. After the neighbour's restart it has another boot and is
/// sent everything, since it may have lost it. The tags are not stored: after this server's own restart nothing is
/// passed over.
/// </remarks>
internal sealed class OriginTags(Mistakes mistakes)
{
    /// <summary>
    /// Boots remembered of a neighbour. A forgotten one gets a new tag, and what it brought is sent back, which does no harm.
    /// </summary>
    private const int BootsMax = 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<(ulong Boot, int Tag)>> _tags = new(StringComparer.Ordinal);
    private int _last;

    /// <summary>The tag of a neighbour's boot; never 0.</summary>
    public int TagOf(string neighbour, ulong boot)
    {
        if ((mistakes & Mistakes.HelloWithoutBoot) != 0)
            boot = 0;
        lock (_lock)
        {
            if (!_tags.TryGetValue(neighbour, out var boots))
                _tags.Add(neighbour, boots = new Queue<(ulong, int)>());
            foreach (var known in boots)
            {
                if (known.Boot == boot)
                    return known.Tag;
            }

            if (boots.Count == BootsMax)
                boots.Dequeue();
            boots.Enqueue((boot, ++_last));
            return _last;
        }
    }
}
