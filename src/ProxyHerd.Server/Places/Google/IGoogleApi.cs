using System.Text.Json;
using ProxyHerd.Herd.Places;

namespace ProxyHerd.Server.Places.Google;

/// <summary>One of Google's two interfaces: how it is asked, and what its answers mean. Both fail alike; that is not its business.</summary>
/// <remarks>Called from many threads at once; nothing here waits.</remarks>
internal interface IGoogleApi
{
    /// <summary>What <c>Places:Provider</c> calls it, and metrics do.</summary>
    string Name { get; }

    /// <summary>A request for the places near a position, whatever the query's bound. The caller disposes of it.</summary>
    HttpRequestMessage Ask(in PlacesQuery query);

    /// <summary>The status of an answer that came with HTTP status 200.</summary>
    /// <param name="answer">A JSON object.</param>
    /// <returns>One of the legacy API's status codes, or null if the object is no answer.</returns>
    string? StatusOf(JsonElement answer);

    /// <summary>What an answer's own words say of a failure, for the log; null if there are none.</summary>
    string? MessageOf(JsonElement answer);

    /// <summary>Writes an answer in the shape of the legacy API.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="answer">An object with a status.</param>
    /// <param name="bound">How many results to keep at most.</param>
    /// <exception cref="InvalidOperationException">A string has half a surrogate pair, which no UTF-8 can say.</exception>
    void Write(Utf8JsonWriter json, JsonElement answer, int bound);
}
