namespace ProxyHerd.Fuzz;

/// <summary>An input on which a target fails, as a line to be kept in its file of found inputs.</summary>
internal sealed class FuzzFailure : Exception
{
    /// <param name="target">The target's name.</param>
    /// <param name="where">Which input of which run it was.</param>
    /// <param name="input">The input.</param>
    /// <param name="fault">What went wrong.</param>
    public FuzzFailure(string target, string where, ReadOnlySpan<byte> input, Exception fault)
        : base($"{target}, {where}: {fault.Message}{Environment.NewLine}{CorpusFile.Escape(input)}", fault)
    {
    }
}
