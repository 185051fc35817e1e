using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ProxyHerd.Herd.Places;
using ProxyHerd.Server.Places;
using ProxyHerd.Server.Places.Google;
using Xunit;

namespace ProxyHerd.Server.Tests.Places;

public sealed class PlacesRegistrationTests
{
    [Fact]
    public void AddPlaces_NoSection_PicksEmbedded()
    {
        using var services = Services([]).BuildServiceProvider();

        Assert.IsType<EmbeddedProvider>(services.GetRequiredService<IPlacesProvider>());
        Assert.Same(services.GetRequiredService<IPlacesProvider>(), services.GetRequiredService<IPlacesProvider>());
    }

    [Fact]
    public void AddPlaces_WholeSection_BindsEveryKey()
    {
        using var services = Services(
        [
            ("Places:Provider", "GoogleLegacy"),
            ("Places:Google:Key", "AIza-test"),
            ("Places:Google:BaseUrl", "http://localhost:2"),
            ("Places:Google:FieldMask", "places.id"),
            ("Places:Google:RankPreference", "DISTANCE"),
            ("Places:GoogleLegacy:BaseUrl", "http://localhost:1"),
            ("Places:CallsPerMonthMax", "3"),
            ("Places:WhatsatPerSecondMax", "4"),
            ("Places:WhatsatBurstMax", "5"),
        ]).BuildServiceProvider();

        var options = services.GetRequiredService<IOptions<PlacesOptions>>().Value;

        Assert.Equal(("GoogleLegacy", "AIza-test", "http://localhost:1"), (options.Provider, options.Google.Key, options.GoogleLegacy.BaseUrl));
        Assert.Equal(
            ("http://localhost:2", "places.id", "DISTANCE"), (options.Google.BaseUrl, options.Google.FieldMask, options.Google.RankPreference));
        Assert.Equal((3, 4, 5), (options.CallsPerMonthMax, options.WhatsatPerSecondMax, options.WhatsatBurstMax));
    }

    [Theory]
    [InlineData("Google", "Google")]
    [InlineData("google", "Google")]
    [InlineData("GoogleLegacy", "GoogleLegacy")]
    [InlineData("GOOGLELEGACY", "GoogleLegacy")]
    public void AddPlaces_GoogleNamed_PicksThatApi(string provider, string name)
    {
        using var services = Services([("Places:Provider", provider), ("Places:Google:Key", "AIza-test")]).BuildServiceProvider();

        Assert.Equal(name, Assert.IsType<GoogleProvider>(services.GetRequiredService<IPlacesProvider>()).Name);
    }

    [Fact]
    public void AddPlaces_EmbeddedPicked_MakesNoHttpClient()
    {
        using var services = Services([])
            .AddTransient<GoogleProvider>(_ => throw new InvalidOperationException("must not be made"))
            .AddSingleton<IHttpClientFactory>(_ => throw new InvalidOperationException("must not be made"))
            .BuildServiceProvider();

        Assert.Equal("Embedded", services.GetRequiredService<IPlacesProvider>().Name);
    }

    [Fact]
    public void AddPlaces_FurtherProvider_IsPickedByItsName()
    {
        using var services = Services([("Places:Provider", "mine")])
            .AddPlacesProvider("Mine", _ => new NamedStub("Mine"))
            .AddPlacesProvider("Other", _ => throw new InvalidOperationException("must not be made"))
            .BuildServiceProvider();

        Assert.Equal("Mine", services.GetRequiredService<IPlacesProvider>().Name);
    }

    [Fact]
    public void AddPlaces_UnknownName_ListsFurtherProvidersToo()
    {
        using var services = Services([("Places:Provider", "Bing")])
            .AddPlacesProvider("Mine", _ => new NamedStub("Mine"))
            .BuildServiceProvider();

        var e = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IPlacesProvider>());

        Assert.Equal(["Places:Provider: 'Bing' is not a provider; known: Embedded, Google, GoogleLegacy, Mine"], e.Failures);
    }

    [Fact]
    public void AddPlaces_RepeatedName_Fails()
    {
        using var services = Services([])
            .AddPlacesProvider("embedded", _ => new NamedStub("embedded"))
            .BuildServiceProvider();

        var e = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IPlacesProvider>());

        Assert.Contains("is the name of 2 providers", Assert.Single(e.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddPlaces_WrongOptions_StopTheHostsStart()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("Places:Provider", (string?)"Bing")]);
        builder.Services.AddPlaces(builder.Configuration);
        using var host = builder.Build();

        await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
    }

    private static IServiceCollection Services((string Key, string Value)[] settings) => new ServiceCollection()
        .AddLogging()
        .AddPlaces(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)))
            .Build());

    private sealed class NamedStub(string name) : IPlacesProvider
    {
        public string Name => name;

        public ValueTask<ReadOnlyMemory<byte>> SearchAsync(PlacesQuery query, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
