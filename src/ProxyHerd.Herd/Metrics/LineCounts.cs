using System.Runtime.CompilerServices;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Metrics;

/// <summary>What one read of a connection brought, before it is added to the server's totals.</summary>
internal struct LineCounts
{
    /// <summary>How many verbs there are.</summary>
    public const int Verbs = (int)Verb.Herd + 1;

    /// <summary>How many outcomes there are.</summary>
    public const int Outcomes = (int)AcceptOutcome.Full + 1;

    /// <summary>Lines by verb.</summary>
    public VerbCounts Lines;

    /// <summary>Updates by outcome.</summary>
    public OutcomeCounts Updates;

    /// <summary>AT lines of servers that this one does not know.</summary>
    public int Strangers;

    /// <summary>AT lines that cannot be read.</summary>
    public int Malformed;

    /// <summary>Lines of any verb.</summary>
    public readonly int LinesSeen
    {
        get
        {
            var seen = 0;
            for (var i = 0; i < Verbs; i++)
                seen += Lines[i];
            return seen;
        }
    }

    /// <summary>Which verbs there are, a bit each.</summary>
    public readonly int VerbsSeen
    {
        get
        {
            var seen = 0;
            for (var i = 0; i < Verbs; i++)
                seen |= Lines[i] > 0 ? 1 << i : 0;
            return seen;
        }
    }

    /// <summary>A count a <see cref="Verb"/>.</summary>
    [InlineArray(Verbs)]
    public struct VerbCounts
    {
        private int _first;
    }

    /// <summary>A count an <see cref="AcceptOutcome"/>.</summary>
    [InlineArray(Outcomes)]
    public struct OutcomeCounts
    {
        private int _first;
    }
}
