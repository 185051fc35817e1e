namespace ProxyHerd.Server.Places;

/// <summary>A landmark as the index holds it: ready to be compared and to be sent.</summary>
/// <param name="Order">Its place in the file.</param>
/// <param name="Point">Where it is.</param>
/// <param name="Json">Its result object as it stands in the answer's array (see <see cref="NearbySearchJson.Result"/>).</param>
internal sealed record IndexedLandmark(int Order, SpherePoint Point, byte[] Json);
