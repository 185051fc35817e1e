using ProxyHerd.Herd.Places;

namespace ProxyHerd.Server.Places;

/// <summary>A provider that <c>Places:Provider</c> may pick. Only the picked one is made.</summary>
/// <param name="Name">What the option calls it; case does not matter.</param>
/// <param name="Create">Makes it, once.</param>
internal sealed record NamedPlacesProvider(string Name, Func<IServiceProvider, IPlacesProvider> Create);
