using ProxyHerd.Herd.Commits;

namespace ProxyHerd.Server.Journal;

/// <summary>Gives a server its journal.</summary>
internal static class JournalRegistration
{
    /// <summary>Adds the journal of one server. It comes before whatever writes until the very end of a stop.</summary>
    public static IServiceCollection AddJournal(this IServiceCollection services, JournalOptions options, string server)
    {
        services.AddSingleton<JournalMetrics>();
        services.AddSingleton<IJournal>(provider => options.Level == Durability.Memory
            ? new MemoryJournal()
            : new RocksDbJournal(JournalPlace.Below(options.Path, server), options.Level) { Metrics = provider.GetRequiredService<JournalMetrics>() });
        services.AddSingleton<JournalService>();
        services.AddSingleton<IJournalHealth>(static provider => provider.GetRequiredService<JournalService>());
        return services.AddHostedService(provider => provider.GetRequiredService<JournalService>());
    }
}
