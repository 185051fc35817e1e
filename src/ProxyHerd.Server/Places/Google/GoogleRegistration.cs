using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ProxyHerd.Server.Places.Google;

/// <summary>Puts the two providers that ask Google into a server's services. They differ in their <see cref="IGoogleApi"/> alone.</summary>
internal static class GoogleRegistration
{
    /// <summary>Registers them. All that lasts is one a server: circuit breaker, flights, budget, rates and the pool of connections.</summary>
    /// <remarks>A <see cref="CallLedgerPlace"/> among the services says where calls are counted; without one they are in memory.</remarks>
    /// <param name="services">A server's services.</param>
    /// <param name="picked">What <c>Places:Provider</c> says. The client is left out if it is another's: it takes 2 MB to know how it would call.</param>
    public static IServiceCollection AddGoogle(this IServiceCollection services, string? picked)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<GoogleLimits>();
        services.AddSingleton(provider => OptionsOf(provider).Google.ReadKey());
        services.AddSingleton(CreateApi);
        services.AddSingleton<GoogleReplyReader>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<GooglePolicies>(provider, Random.Shared));
        services.AddSingleton(CreateBudget);
        services.AddSingleton(provider => new AddressRates(OptionsOf(provider).WhatsatPerSecondMax, OptionsOf(provider).WhatsatBurstMax));
        services.AddSingleton<GoogleMetrics>();
        services.AddSingleton<GoogleProvider>();
        services.AddHostedService<CallBudgetService>();
        if (GoogleMistakes.IsPicked(picked))
            services.AddGoogleClient();
        services.AddPlacesProvider(GooglePlacesApi.ApiName, provider => provider.GetRequiredService<GoogleProvider>());
        services.AddPlacesProvider(GoogleLegacyApi.ApiName, provider => provider.GetRequiredService<GoogleProvider>());
        return services;
    }

    private static void AddGoogleClient(this IServiceCollection services)
    {
        services.AddTransient<GoogleCallHandler>();
        services.AddHttpClient<GoogleClient>(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers() // They print the URI, where the legacy API's key is; .NET masks its query only unless told otherwise.
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                ActivityHeadersPropagator = null, // So do its activities.
                AllowAutoRedirect = false, // The key goes to the configured host alone.
                UseCookies = false,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5), // So that a change in DNS is seen.
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan) // The provider lives as long as the server; the line above renews connections.
            .AddPolicyHandler((provider, _) => provider.GetRequiredService<GooglePolicies>().All)
            .AddHttpMessageHandler<GoogleCallHandler>();
    }

    private static IGoogleApi CreateApi(IServiceProvider provider)
    {
        var options = OptionsOf(provider);
        var key = provider.GetRequiredService<ApiKey>();
        return options.Provider.Equals(GoogleLegacyApi.ApiName, StringComparison.OrdinalIgnoreCase)
            ? new GoogleLegacyApi(options.GoogleLegacy, key)
            : new GooglePlacesApi(options.Google, key);
    }

    private static CallBudget CreateBudget(IServiceProvider provider) => new(
        OptionsOf(provider).CallsPerMonthMax,
        GoogleMistakes.KeepsCount(OptionsOf(provider)) ? provider.GetService<CallLedgerPlace>() : null,
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<CallBudget>>());

    private static PlacesOptions OptionsOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<PlacesOptions>>().Value;
}
