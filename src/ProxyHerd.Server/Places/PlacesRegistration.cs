using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ProxyHerd.Herd.Places;
using ProxyHerd.Server.Places.Files;
using ProxyHerd.Server.Places.Google;

namespace ProxyHerd.Server.Places;

/// <summary>Puts the places providers into a server's services.</summary>
internal static class PlacesRegistration
{
    /// <summary>
    /// Registers the options, the providers that ship, and as <see cref="IPlacesProvider"/> the one that
    /// <c>Places:Provider</c> names. Wrong options fail when the host starts, or when the provider is first asked for.
    /// </summary>
    /// <param name="services">A server's services.</param>
    /// <param name="configuration">The whole configuration, of which section <c>Places</c> is read.</param>
    internal static IServiceCollection AddPlaces(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(PlacesOptions.Section);
        services.AddOptions<PlacesOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PlacesOptions>>(provider =>
            new PlacesOptionsValidator([.. provider.GetServices<NamedPlacesProvider>().Select(p => p.Name)]));

        services.AddEmbedded();
        services.AddGoogle(section[nameof(PlacesOptions.Provider)]);

        services.AddSingleton(CreatePicked);
        return services;
    }

    /// <summary>Registers one more provider for <c>Places:Provider</c> to pick.</summary>
    /// <param name="services">A server's services.</param>
    /// <param name="name">Its name, which no other provider may have.</param>
    /// <param name="create">Makes it, if it is picked.</param>
    internal static IServiceCollection AddPlacesProvider(
        this IServiceCollection services, string name, Func<IServiceProvider, IPlacesProvider> create) =>
        services.AddSingleton(new NamedPlacesProvider(name, create));

    /// <summary>Places in memory. Whoever runs several servers gives all of them the same <see cref="PlaceFiles"/> before.</summary>
    private static void AddEmbedded(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(p => PlaceFiles.Load(p.GetRequiredService<IOptions<PlacesOptions>>().Value.FilesToRead()));
        services.AddPlacesProvider(EmbeddedProvider.ProviderName, p =>
        {
            var files = p.GetRequiredService<PlaceFiles>();
            return new EmbeddedProvider(() => files.Index, p.GetRequiredService<EmbeddedMetrics>());
        });
        services.AddMetrics();
        services.AddSingleton<EmbeddedMetrics>();
        services.AddHostedService<PlaceFilesWatch>();
    }

    /// <summary>Reading the options validates them, so that exactly one provider has the name.</summary>
    private static IPlacesProvider CreatePicked(IServiceProvider services)
    {
        var name = services.GetRequiredService<IOptions<PlacesOptions>>().Value.Provider;
        return services.GetServices<NamedPlacesProvider>()
            .Single(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase))
            .Create(services);
    }
}
