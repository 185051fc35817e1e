using Xunit;

namespace ProxyHerd.EndToEnd.Hostile;

/// <summary>
/// Tests of servers under attack. They run one at a time and beside no other test: an attack takes all that the machine
/// has, and a limit of time that fails because of another test would say nothing.
/// </summary>
/// <remarks>
/// What an attack must not do to others is held here in two ways. Always: every request of a good client is answered before its
/// deadline. With <c>PROXYHERD_LONG_TESTS=1</c> also: its p99 at most doubles, compared with quiet and with a server beside it that
/// is not attacked (<see cref="Bystander"/>): the attacker runs on the same processors as the server here. That is not held by
/// default, for a machine that does something else besides may do it to one of the two alone. The long tests also repeat each attack
/// until there is enough to measure.
/// </remarks>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class HostileTests
{
    /// <summary>Of the collection.</summary>
    public const string Name = "Hostile";

    /// <summary>Whether p99 is measured and held.</summary>
    public static bool AreLong { get; } = Environment.GetEnvironmentVariable("PROXYHERD_LONG_TESTS") == "1";
}
