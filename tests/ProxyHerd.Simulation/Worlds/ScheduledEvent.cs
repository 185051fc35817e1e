namespace ProxyHerd.Simulation.Worlds;

/// <summary>Something that is to happen.</summary>
/// <param name="Due">When, in ticks since the world began.</param>
/// <param name="Number">Which of those due at one time comes first.</param>
/// <param name="Callback">What.</param>
/// <param name="State">Its argument.</param>
/// <param name="Owner">The process that it happens in; null if in none.</param>
internal readonly record struct ScheduledEvent(long Due, long Number, SendOrPostCallback Callback, object? State, ProcessContext? Owner)
{
    public bool IsBefore(in ScheduledEvent other) => Due != other.Due ? Due < other.Due : Number < other.Number;
}
