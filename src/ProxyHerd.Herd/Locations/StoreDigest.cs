namespace ProxyHerd.Herd.Locations;

/// <summary>The digest tree of a store, and now and then one that is made anew beside it.</summary>
internal sealed class StoreDigest
{
    private volatile Pair _trees = new(new DigestTree(), null);

    /// <summary>The tree that holds.</summary>
    public DigestTree Tree => _trees.Tree;

    /// <summary>Begins to make the tree anew; lines are counted into it as <see cref="Apply"/> is told.</summary>
    public DigestTree BeginAnew()
    {
        var tree = new DigestTree();
        _trees = new Pair(_trees.Tree, tree);
        return tree;
    }

    /// <summary>The new tree is whole and takes the old one's place.</summary>
    /// <returns>Whether the old one was the same.</returns>
    public bool EndAnew()
    {
        var (tree, anew) = _trees;
        lock (anew!)
        {
            _trees = new Pair(anew, null);
            return tree.Root == anew.Root;
        }
    }

    /// <summary>Fetches ahead what <see cref="Apply"/> will touch.</summary>
    public void Fetch(ushort bucket) => _trees.Tree.Fetch(bucket);

    /// <summary>Enters a difference.</summary>
    /// <param name="bucket">Whose.</param>
    /// <param name="difference">Of an old line's hash and a new one's.</param>
    /// <param name="isCountedAnew">Whether the new tree has the old line already.</param>
    public void Apply(ushort bucket, ulong difference, bool isCountedAnew)
    {
        var (tree, anew) = _trees;
        if (anew is null)
        {
            tree.Apply(bucket, difference);
            return;
        }

        // Whoever makes the new one counts lines of other shards in meanwhile.
        lock (anew)
        {
            tree.Apply(bucket, difference);
            if (isCountedAnew)
                anew.Apply(bucket, difference);
        }
    }

    private sealed record Pair(DigestTree Tree, DigestTree? Anew);
}
