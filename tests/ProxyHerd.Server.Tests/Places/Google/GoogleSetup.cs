using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ProxyHerd.Herd.Places;
using ProxyHerd.Server.Places;
using ProxyHerd.Server.Places.Google;
using Xunit;

namespace ProxyHerd.Server.Tests.Places.Google;

/// <summary>A provider as a server registers it, with a stub for Google. Neither an answer nor a log of it may hold the key.</summary>
internal sealed class GoogleSetup : IAsyncDisposable
{
    public const string Key = "AIzaSecret-_1234";

    public static readonly PlacesQuery Query = new(34.06893, -118.445127, 10_000, 2);

    /// <summary>Short delays; time-outs that no test but the hanging ones comes near.</summary>
    public static readonly GoogleLimits Quick = new()
    {
        RetryDelay = TimeSpan.FromMilliseconds(1),
        TryTime = TimeSpan.FromSeconds(30),
        SearchTime = TimeSpan.FromSeconds(60),
    };

    private readonly ServiceProvider _services;

    /// <param name="provider">Which of the two.</param>
    /// <param name="baseUrl">Where the stub listens.</param>
    /// <param name="limits"><see cref="Quick"/> if there are none.</param>
    /// <param name="settings">Further keys, or other values.</param>
    public GoogleSetup(string provider, string baseUrl, GoogleLimits? limits = null, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Places:Provider"] = provider,
                ["Places:Google:Key"] = Key,
                ["Places:Google:BaseUrl"] = baseUrl,
                ["Places:GoogleLegacy:BaseUrl"] = baseUrl,
            })
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
        var services = new ServiceCollection().AddSingleton(limits ?? Quick).AddPlaces(configuration);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
        _services = services.BuildServiceProvider();
        Provider = _services.GetRequiredService<IPlacesProvider>();
    }

    /// <summary>The provider.</summary>
    public IPlacesProvider Provider { get; }

    /// <summary>Whatever was logged.</summary>
    public RecordingLoggerProvider Log { get; } = new();

    /// <summary>What lasts between searches.</summary>
    public GooglePolicies Policies => _services.GetRequiredService<GooglePolicies>();

    /// <summary>What asks Google.</summary>
    public GoogleClient Client => _services.GetRequiredService<GoogleClient>();

    /// <summary>The count of calls.</summary>
    public CallBudget Budget => _services.GetRequiredService<CallBudget>();

    /// <summary>One search of a provider of its own.</summary>
    public static async Task<string> SearchOnceAsync(
        string provider, string baseUrl, GoogleLimits? limits = null, PlacesQuery? query = null, params (string Key, string Value)[] settings)
    {
        await using var setup = new GoogleSetup(provider, baseUrl, limits, settings);
        return await setup.SearchAsync(query);
    }

    /// <summary>One search.</summary>
    public async Task<string> SearchAsync(PlacesQuery? query = null)
    {
        var answer = Encoding.UTF8.GetString((await Provider.SearchAsync(query ?? Query, CancellationToken.None)).Span);
        Assert.DoesNotContain(Key, answer, StringComparison.Ordinal);
        Assert.DoesNotContain("\n\n", answer, StringComparison.Ordinal);
        return answer;
    }

    /// <summary>The names of an answer's places, and its status.</summary>
    public static string Summary(string answer)
    {
        var json = JsonNode.Parse(answer)!;
        return $"{json["status"]} {string.Join(',', json["results"]!.AsArray().Select(result => (string?)result!["name"]))}".TrimEnd();
    }

    /// <summary>Holds that an answer is a failure with this status.</summary>
    public static void AssertFailure(string status, string answer)
    {
        var json = JsonNode.Parse(answer)!.AsObject();
        Assert.Equal(["html_attributions", "results", "status", "error_message"], json.Select(property => property.Key));
        Assert.Empty(json["results"]!.AsArray());
        Assert.Equal(status, (string?)json["status"]);
        Assert.InRange(((string)json["error_message"]!).Length, 1, 100);
        Assert.DoesNotContain("http:", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", answer, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Assert.DoesNotContain(Log.Entries, entry => entry.Contains(Key, StringComparison.Ordinal));
        Assert.DoesNotContain(Log.Entries, entry => entry.Contains("key=", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(Log.Entries, entry => entry.Contains("System.Net.Http", StringComparison.Ordinal));
    }
}
