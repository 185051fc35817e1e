using System.Text.Json;
using System.Text.Json.Nodes;
using ProxyHerd.Server.Places.GeoJson;
using Xunit;

namespace ProxyHerd.Server.Tests.Places.GeoJson;

public sealed class PlaceTypesTests
{
    [Theory]
    [InlineData("amenity=restaurant", "restaurant, food")]
    [InlineData("amenity=fast_food", "meal_takeaway, restaurant, food")]
    [InlineData("amenity=pub", "bar")]
    [InlineData("amenity=pharmacy healthcare=pharmacy", "pharmacy, health, store")]
    [InlineData("amenity=hospital healthcare=hospital", "hospital, health")]
    [InlineData("amenity=parking;fuel", "parking, gas_station")]
    [InlineData("amenity=place_of_worship", "place_of_worship")]
    [InlineData("amenity=place_of_worship religion=christian", "church, place_of_worship")]
    [InlineData("amenity=place_of_worship religion=shinto", "place_of_worship")]
    [InlineData("amenity=events_venue", "events_venue")]
    [InlineData("amenity=no", "")]
    [InlineData("shop=jewelry", "jewelry_store, store")]
    [InlineData("shop=bakery", "bakery, food, store")]
    [InlineData("shop=ticket", "ticket, store")]
    [InlineData("shop=yes", "store")]
    [InlineData("shop=no", "")]
    [InlineData("tourism=hotel", "lodging")]
    [InlineData("tourism=artwork", "artwork")]
    [InlineData("leisure=park", "park")]
    [InlineData("office=estate_agent", "real_estate_agency")]
    [InlineData("historic=castle tourism=attraction", "tourist_attraction")]
    [InlineData("craft=plumber", "plumber")]
    [InlineData("leisure=Mini_Golf", "mini_golf")]
    [InlineData("leisure=Église_privée", "")]
    [InlineData("shop=supermarket amenity=cafe", "cafe, food, supermarket, grocery_or_supermarket, store")]
    [InlineData("highway=bus_stop", "")]
    [InlineData("categories.primary=coffee_shop", "cafe, food")]
    [InlineData("categories.primary=thai_restaurant", "restaurant, food")]
    [InlineData("categories.primary=hotel", "lodging")]
    [InlineData("categories.primary=bakery", "bakery, food, store")]
    [InlineData("categories.primary=shoe_store", "shoe_store, store")]
    [InlineData("categories.primary=comic_books_store", "comic_books_store, store")]
    [InlineData("categories.primary=topic_concert_venue", "topic_concert_venue")]
    [InlineData("categories.primary=topic_concert_venue taxonomy.primary=stadium", "stadium")]
    [InlineData("taxonomy.primary=gallery_of_x basic_category=art_gallery", "art_gallery")]
    [InlineData("basic_category=museum", "museum")]
    public void Of_Tags_GivesLegacyWordsWhereThereAreSome(string tags, string words) =>
        Assert.Equal(
            words.Split(", ", StringSplitOptions.RemoveEmptyEntries).Concat(["point_of_interest", "establishment"]), PlaceTypes.Of(Properties(tags)));

    [Fact]
    public void Of_ManyValues_KeepsTheFirst()
    {
        var types = PlaceTypes.Of(Properties("amenity=" + string.Join(';', Enumerable.Range(0, 100).Select(i => $"kind{i}"))));

        Assert.Equal(14, types.Count);
        Assert.Equal("kind0", types[0]);
    }

    /// <summary>A tag in two lines would get either.</summary>
    [Fact]
    public void Tags_EachOfThem_IsThereOnce()
    {
        var tags = PlaceTypeWords.Tags.Split('\n').SelectMany(line => line.Split(' ')[1..]).ToList();

        Assert.Empty(tags.GroupBy(tag => tag).Where(group => group.Count() > 1).Select(group => group.Key));
        Assert.All(tags, tag => Assert.Matches("^(amenity|shop|tourism|leisure|office|historic|healthcare|craft|category)=[a-z_]+$", tag));
    }

    [Fact]
    public void General_EachWord_IsAWordOfTags()
    {
        var words = PlaceTypeWords.Tags.Split('\n').Select(line => line.Split(' ')[0]).ToList();

        Assert.Equal(words.Count, words.Distinct().Count());
        Assert.Empty(PlaceTypeWords.General.Split('\n').Select(line => line.Split(' ')[0]).Except(words));
    }

    private static FeatureProperties Properties(string tags)
    {
        var json = new JsonObject();
        foreach (var tag in tags.Split(' '))
        {
            var (key, value) = (tag.Split('=')[0], tag.Split('=')[1]);
            if (key.Split('.') is [var outer, var inner])
                json[outer] = new JsonObject { [inner] = value };
            else
                json[key] = value;
        }

        var properties = new FeatureProperties();
        var reader = new Utf8JsonReader(JsonSerializer.SerializeToUtf8Bytes(json));
        reader.Read();
        properties.Read(ref reader);
        return properties;
    }
}
