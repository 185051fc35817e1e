namespace ProxyHerd.Server.Places.Search;

/// <summary>A point where there is at least one place, and which they are.</summary>
/// <param name="Point">Where it is.</param>
/// <param name="First">Where its places begin in the tree's list of numbers.</param>
/// <param name="Count">How many they are.</param>
internal readonly record struct Spot(SpherePoint Point, int First, int Count);
