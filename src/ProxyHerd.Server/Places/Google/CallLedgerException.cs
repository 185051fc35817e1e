namespace ProxyHerd.Server.Places.Google;

/// <summary>The count of calls cannot be kept: one line that names the server, the file, the cause and the way out.</summary>
internal sealed class CallLedgerException(CallLedgerPlace place, Exception cause) : IOException(
    $"{place.Server}: the count of its calls to Google in '{place.File}' cannot be kept: {Said(cause)}. Let this server alone write there, "
    + "choose another Journal:Path, or give Places:CallsPerMonthMax 0 for as many calls as clients ask for.",
    cause)
{
    private static string Said(Exception cause) => cause.Message.ReplaceLineEndings(" ").TrimEnd('.');
}
