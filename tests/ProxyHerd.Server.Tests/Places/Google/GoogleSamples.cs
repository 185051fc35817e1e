namespace ProxyHerd.Server.Tests.Places.Google;

/// <summary>Bodies as Google sends them.</summary>
internal static class GoogleSamples
{
    public const string ThreeOfLegacy =
        """{"next_page_token":"t","results":[{"name":"A"},{"name":"é"},{"name":"C"}],"status":"OK","html_attributions":["x"]}""";

    public const string ThreeOfNew =
        """{"places":[{"displayName":{"text":"A"}},{"displayName":{"text":"é"}},{"displayName":{"text":"C"}}]}""";

    /// <summary>Of the Places API (New), with every field that is mapped, and some that are not.</summary>
    public const string Bistro = """
        {
          "name": "places/ChIJabc",
          "id": "ChIJabc",
          "types": ["restaurant", "food", "point_of_interest", "establishment"],
          "location": { "latitude": 34.0703, "longitude": -118.4467 },
          "viewport": { "low": { "latitude": 34.069, "longitude": -118.448 }, "high": { "latitude": 34.0717, "longitude": -118.4453 } },
          "rating": 4.5,
          "userRatingCount": 1204,
          "priceLevel": "PRICE_LEVEL_MODERATE",
          "businessStatus": "OPERATIONAL",
          "displayName": { "text": "Bistro \"Chez é\"", "languageCode": "fr" },
          "shortFormattedAddress": "405 Hilgard Ave, Los Angeles",
          "plusCode": { "globalCode": "85633H93+4M", "compoundCode": "3H93+4M Los Angeles, CA, USA" },
          "iconMaskBaseUri": "https://maps.gstatic.com/mapfiles/place_api/icons/v2/restaurant_pinlet",
          "iconBackgroundColor": "#FF9E67",
          "currentOpeningHours": { "openNow": false, "periods": [] },
          "photos": [{ "name": "places/ChIJabc/photos/AU_ZVEE" }],
          "attributions": [{ "provider": "Listings & Co", "providerUri": "https://listings.example/?a=1&b=2" }]
        }
        """;

    /// <summary>The same of the legacy API.</summary>
    public const string LegacyBistro = """
        {
          "html_attributions": [
            "<a href=\"https://listings.example/?a=1&amp;b=2\">Listings &amp; Co</a>"
          ],
          "results": [
            {
              "business_status": "OPERATIONAL",
              "geometry": {
                "location": {
                  "lat": 34.0703,
                  "lng": -118.4467
                },
                "viewport": {
                  "northeast": {
                    "lat": 34.0717,
                    "lng": -118.4453
                  },
                  "southwest": {
                    "lat": 34.069,
                    "lng": -118.448
                  }
                }
              },
              "icon_background_color": "#FF9E67",
              "icon_mask_base_uri": "https://maps.gstatic.com/mapfiles/place_api/icons/v2/restaurant_pinlet",
              "name": "Bistro \"Chez é\"",
              "opening_hours": {
                "open_now": false
              },
              "place_id": "ChIJabc",
              "plus_code": {
                "compound_code": "3H93+4M Los Angeles, CA, USA",
                "global_code": "85633H93+4M"
              },
              "price_level": 2,
              "rating": 4.5,
              "reference": "ChIJabc",
              "scope": "GOOGLE",
              "types": [
                "restaurant",
                "food",
                "point_of_interest",
                "establishment"
              ],
              "user_ratings_total": 1204,
              "vicinity": "405 Hilgard Ave, Los Angeles"
            }
          ],
          "status": "OK"
        }
        """;

    /// <summary>A google.rpc.Status, as it comes with an HTTP status.</summary>
    /// <param name="code">The HTTP status.</param>
    /// <param name="status">The name of a google.rpc.Code.</param>
    /// <param name="details">Members of <c>details</c>.</param>
    public static string Error(int code, string status, string details = "") =>
        $$"""{"error":{"code":{{code}},"message":"Something is wrong.","status":"{{status}}","details":[{{details}}] } }""";

    /// <summary>A google.rpc.ErrorInfo.</summary>
    public static string Reason(string reason) =>
        $$"""{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"{{reason}}","domain":"googleapis.com"}""";

    /// <summary>A google.rpc.RetryInfo.</summary>
    public static string RetryIn(string duration) =>
        $$"""{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"{{duration}}"}""";
}
