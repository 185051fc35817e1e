using System.Globalization;

namespace ProxyHerd.Server.Places.Google;

/// <summary>A calendar month as Google bills it: free calls begin anew at midnight Pacific time on the first.</summary>
/// <remarks>
/// On the first of April to November the clocks there are on daylight saving time, 7 hours behind UTC, on the others 8 (15 U.S.C.
/// 260a: from the second Sunday of March to the first Sunday of November, at 2 o'clock). A small container has no time zones to ask.
/// </remarks>
internal readonly record struct BillingMonth(int Year, int Month) : IComparable<BillingMonth>
{
    private const string Format = "yyyy-MM";

    private static readonly TimeSpan Summer = TimeSpan.FromHours(7);
    private static readonly TimeSpan Winter = TimeSpan.FromHours(8);

    /// <summary>The month of a time.</summary>
    public static BillingMonth Of(DateTimeOffset time)
    {
        var summer = time.UtcDateTime - Summer;
        var local = summer.Month is >= 4 and <= 11 ? summer : time.UtcDateTime - Winter;
        return new(local.Year, local.Month);
    }

    /// <summary>Reads <c>2026-11</c>.</summary>
    public static bool TryParse(string text, out BillingMonth month)
    {
        var isOne = DateTime.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var first);
        month = new(first.Year, first.Month);
        return isOne;
    }

    /// <inheritdoc/>
    public int CompareTo(BillingMonth other) => (Year, Month).CompareTo((other.Year, other.Month));

    /// <summary><c>2026-11</c></summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year:d4}-{Month:d2}");
}
