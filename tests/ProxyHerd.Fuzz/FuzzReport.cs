using System.Globalization;

namespace ProxyHerd.Fuzz;

/// <summary>What came of a run.</summary>
/// <param name="Target">What was fed.</param>
/// <param name="Seed">What its inputs followed from.</param>
/// <param name="Inputs">How many there were.</param>
/// <param name="Accepted">How many of them were accepted.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Processor">What of that a processor worked on it, which on a busy machine is less.</param>
/// <param name="Slowest">The longest that one input took, in the best of several tries.</param>
/// <param name="SlowestInput">That input.</param>
internal sealed record FuzzReport(string Target, ulong Seed, long Inputs, long Accepted, TimeSpan Elapsed, TimeSpan Processor, TimeSpan Slowest, byte[] SlowestInput)
{
    private const int BytesShown = 100;

    /// <summary>The accepted inputs' part of all.</summary>
    public double AcceptedShare => (double)Accepted / Inputs;

    /// <inheritdoc/>
    public override string ToString()
    {
        var shown = CorpusFile.Escape(SlowestInput.AsSpan(0, Math.Min(SlowestInput.Length, BytesShown)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Target}: seed {Seed}, {Inputs:n0} inputs in {Elapsed.TotalSeconds:n1} s, {Inputs / Elapsed.TotalSeconds:n0} a second ({Inputs / Processor.TotalSeconds:n0} a second of processor time), {AcceptedShare:p1} accepted; slowest {Slowest.TotalMilliseconds:n3} ms, {SlowestInput.Length} bytes: {shown}");
    }
}
