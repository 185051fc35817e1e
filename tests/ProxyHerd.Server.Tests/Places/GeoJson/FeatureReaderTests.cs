using System.Text;
using ProxyHerd.Server.Places.GeoJson;
using ProxyHerd.Server.Places.Search;
using Xunit;

namespace ProxyHerd.Server.Tests.Places.GeoJson;

public sealed class FeatureReaderTests
{
    /// <summary>As <c>overturemaps download -f geojson --type place</c> writes it, with columns that are not read left out or shortened.</summary>
    private const string Overture =
        """
        {"type":"Feature","geometry":{"type":"Point","coordinates":[-118.4,34.1]},"properties":{"id":"08f29a1b-0c3d-4e5f-8a9b-1c2d3e4f5a6b","version":1,
        "sources":[{"property":"","dataset":"meta","record_id":"1","confidence":0.9},{"property":"/x","dataset":"Microsoft"}],
        "names":{"common":null,"primary":"Joe's Diner","rules":[{"variant":"short","value":"Joe's"}]},
        "categories":{"alternate":["bar"],"primary":"thai_restaurant"},"basic_category":"restaurant","taxonomy":{"primary":"thai_restaurant","hierarchy":["food_and_drink"]},
        "confidence":0.98,"websites":["https://joes.example"],"brand":{"names":{"primary":"Joe"}},
        "addresses":[{"freeform":"1 Main St","locality":"Springfield","postcode":"90210","region":"CA","country":"US"},{"freeform":"no"}],"theme":"places","type":"place"}}
        """;

    [Fact]
    public void TryAdd_OsmiumNode_TakesPointIdAddressAndTypes()
    {
        var place = Read(
            """
            {"type":"Feature","id":"n25191432","geometry":{"type":"Point","coordinates":[7.4271083,43.7312758]},
            "properties":{"name":"Café de Paris","amenity":"restaurant","addr:street":"Place du Casino","addr:housenumber":"4","addr:city":"Monaco","addr:postcode":"98000"}}
            """);

        Assert.Equal((43.7312758, 7.4271083), (place.Latitude, place.Longitude));
        Assert.Equal(("Café de Paris", "osm:node/25191432", "4 Place du Casino, Monaco"), (place.Name, place.Id, place.Vicinity));
        Assert.Equal("restaurant, food, point_of_interest, establishment", place.Types);
        Assert.Equal(PlaceTraits.IsOpenStreetMaps, place.Traits);
    }

    [Fact]
    public void TryAdd_Overture_TakesNamesCategoriesAddressAndId()
    {
        var place = Read(Overture);

        Assert.Equal(("Joe's Diner", "overture:08f29a1b-0c3d-4e5f-8a9b-1c2d3e4f5a6b", "1 Main St, Springfield"), (place.Name, place.Id, place.Vicinity));
        Assert.Equal("restaurant, food, point_of_interest, establishment", place.Types);
        Assert.Equal((34.1, -118.4, PlaceTraits.None), (place.Latitude, place.Longitude, place.Traits));
    }

    /// <summary>Overture's buildings, land use and infrastructure are OpenStreetMap's, with its licence.</summary>
    [Fact]
    public void TryAdd_OvertureFromOpenStreetMap_IsOpenStreetMaps() =>
        Assert.Equal(PlaceTraits.IsOpenStreetMaps, Read(Overture.Replace("\"Microsoft\"", "\"OpenStreetMap\"", StringComparison.Ordinal)).Traits);

    [Theory]
    [InlineData("\"id\":\"n1\",", "", "osm:node/1")]
    [InlineData("\"id\":\"w23715051\",", "", "osm:way/23715051")]
    [InlineData("\"id\":\"a47430102\",", "", "osm:way/23715051")] // An area made of that way,
    [InlineData("\"id\":\"a3727818765\",", "", "osm:relation/1863909382")] // and one made of a relation.
    [InlineData("\"id\":\"n-5\",", "", "osm:node/-5")]
    [InlineData("\"id\":\"way/7\",", "", "osm:way/7")]
    [InlineData("", ",\"@type\":\"way\",\"@id\":23715051", "osm:way/23715051")]
    [InlineData("", ",\"@type\":\"relation\",\"@id\":\"9\"", "osm:relation/9")]
    [InlineData("", ",\"@id\":\"node/9\"", "osm:node/9")]
    [InlineData("\"id\":17,", ",\"@type\":\"node\",\"@id\":4", "osm:node/4")] // --add-unique-id=counter
    [InlineData("\"id\":17,", "", "17")]
    [InlineData("\"id\":\"shop-7\",", "", "shop-7")]
    [InlineData("\"id\":\"north\",", "", "north")]
    [InlineData("\"id\":\"place/7\",", "", "place/7")]
    [InlineData("", ",\"id\":\"mine\"", "mine")]
    [InlineData("", ",\"id\":\"gers\",\"names\":{}", "overture:gers")]
    [InlineData("\"id\":\"gers\",", ",\"names\":{}", "overture:gers")]
    public void TryAdd_Id_GivesThePlaceId(string member, string property, string id)
    {
        var place = Read($$$"""{"type":"Feature",{{{member}}}"geometry":{"type":"Point","coordinates":[1,2]},"properties":{"name":"N"{{{property}}}}}""");

        Assert.Equal(id, place.Id);
        Assert.Equal(id.StartsWith("osm:", StringComparison.Ordinal), place.Traits.HasFlag(PlaceTraits.IsOpenStreetMaps));
    }

    [Fact]
    public void TryAdd_NoId_MakesOneOfNameAndPosition()
    {
        static string IdOf(string name, double longitude) =>
            Read($$$"""{"type":"Feature","geometry":{"type":"Point","coordinates":[{{{longitude}}},2]},"properties":{"name":"{{{name}}}"}}""").Id;

        Assert.Matches("^place:[0-9a-f]{16}$", IdOf("A", 1));
        Assert.Equal(IdOf("A", 1), IdOf("A", 1));
        Assert.Equal(4, new[] { IdOf("A", 1), IdOf("A", 3), IdOf("B", 1), IdOf("B", 3) }.Distinct().Count());
    }

    [Theory]
    [InlineData("""{"type":"Point","coordinates":[1,2]}""", 2, 1, false)]
    [InlineData("""{"coordinates":[1.25,2.5,99.9],"type":"Point"}""", 2.5, 1.25, false)]
    [InlineData("""{"type":"Point","coordinates":[190.5,-90],"bbox":[1,2,3,4]}""", -90, -169.5, false)]
    [InlineData("""{"type":"LineString","coordinates":[[0,0],[1,1],[2,2]]}""", 1, 1, false)]
    [InlineData("""{"type":"MultiPoint","coordinates":[[5,6]]}""", 6, 5, false)]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4],[0,0]]]}""", 2, 2, true)]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[8,1],[8,8],[1,8],[1,1]]]}""", 4.5, 0.5, true)]
    [InlineData("""{"type":"MultiPolygon","coordinates":[[[[0,0],[4,0],[4,4],[0,4],[0,0]]]]}""", 2, 2, true)]
    [InlineData("""{"type":"Polygon","coordinates":[[[179,0],[181,0],[181,4],[179,4],[179,0]]]}""", 2, 180, true)]
    [InlineData("""{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]}]}""", 2, 1, false)]
    public void TryAdd_Geometry_IsAPointInIt(string geometry, double latitude, double longitude, bool isArea)
    {
        var place = Read($$$"""{"type":"Feature","geometry":{{{geometry}}},"properties":{"name":"N"}}""");

        Assert.Equal((latitude, longitude), (place.Latitude, place.Longitude));
        Assert.Equal(isArea, place.Traits.HasFlag(PlaceTraits.IsArea));
    }

    /// <summary>The middle of a horseshoe lies outside of it.</summary>
    [Fact]
    public void TryAdd_Horseshoe_IsAPointInIt()
    {
        var place = Read(
            """{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[8,9],[8,1],[1,1],[1,9],[0,9],[0,0]]]},"properties":{"name":"N"}}""");

        Assert.False(place is { Longitude: > 1 and < 8, Latitude: > 1 });
    }

    [Theory]
    [InlineData("""{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":{"amenity":"bench"}}""")]
    [InlineData("""{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":{"name":"  "}}""")]
    [InlineData("""{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":{"name":null}}""")]
    [InlineData("""{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":{"name":["a"],"names":"b"}}""")]
    [InlineData("""{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":{"names":{"primary":null}}}""")]
    [InlineData("""{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":null}""")]
    [InlineData("""{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]}}""")]
    [InlineData("""{"type":"Feature","geometry":null,"properties":{"name":"Nowhere"}}""")]
    [InlineData("""{"type":"Feature","properties":{"name":"Nowhere"}}""")]
    [InlineData("""{"type":"Feature","geometry":{"type":"Polygon","coordinates":[]},"properties":{"name":"Nowhere"}}""")]
    public void TryAdd_NoNameOrNoPosition_IsLeftOut(string feature) =>
        Assert.False(new FeatureReader().TryAdd(Encoding.UTF8.GetBytes(feature), new PlaceStore.Builder()));

    [Theory]
    [InlineData("""{"geometry":null,"properties":{}}""", "its 'type' is not 'Feature'")]
    [InlineData("""{"type":"FeatureCollection","features":[]}""", "its 'type' is not 'Feature'")]
    [InlineData("""{"type":7}""", "its 'type' is not 'Feature'")]
    [InlineData("""{"type":"Feature","geometry":7,"properties":{"name":"N"}}""", "its geometry is none")]
    [InlineData("""{"type":"Feature","geometry":{},"properties":{"name":"N"}}""", "its geometry is none")]
    [InlineData("""{"type":"Feature","geometry":{"type":"Circle","coordinates":[1,2]},"properties":{"name":"N"}}""", "its geometry is none")]
    [InlineData("""{"type":"Feature","geometry":{"type":"Point","coordinates":["a",2]},"properties":{"name":"N"}}""", "its geometry is none")]
    [InlineData("""{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]},"properties":{"name":"N"}}""", "its geometry is none")]
    [InlineData("""{"type":"Feature","geometry":{"type":"LineString","coordinates":[[0,0]]},"properties":{"name":"N"}}""", "its geometry is none")]
    [InlineData("""{"type":"Feature","geometry":{"type":"Point","coordinates":[1,90.5]},"properties":{"name":"N"}}""", "1, 90.5 is no longitude and latitude")]
    [InlineData("""{"type":"Feature","geometry":{"type":"Point","coordinates":[826000,5.4e6]},"properties":{"name":"N"}}""", "826000, 5400000 is no")]
    [InlineData("""{"type":"Feature","geometry":{"type":"Point","coordinates":[1e999,1]},"properties":{"name":"N"}}""", "Infinity, 1 is no")]
    [InlineData("""{"type":"Feature","geometry":{"type":"LineString","coordinates":[[0,0],[0,91]]},"properties":{"name":"N"}}""", "0, 91 is no")]
    [InlineData("""{"type":"Feature","geometry":null,"properties":{"name":"\ud800"}}""", "it holds text that is not Unicode")]
    public void TryAdd_NoFeature_SaysWhy(string feature, string mistake)
    {
        var exception = Assert.Throws<InvalidDataException>(
            () => new FeatureReader().TryAdd(Encoding.UTF8.GetBytes(feature), new PlaceStore.Builder()));

        Assert.StartsWith(mistake, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TryAdd_BytesThatAreNoUtf8_SaysSo()
    {
        byte[] feature = [.. """{"type":"Feature","geometry":null,"properties":{"name":" """u8, 0xE9, .. "\"}}"u8];

        Assert.Contains(
            "not Unicode",
            Assert.Throws<InvalidDataException>(() => new FeatureReader().TryAdd(feature, new PlaceStore.Builder())).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4096, true)]
    [InlineData(4097, false)]
    public void TryAdd_LongName_HasALimit(int length, bool isTaken)
    {
        var feature = Encoding.UTF8.GetBytes(
            $$$"""{"type":"Feature","id":"n1","geometry":{"type":"Point","coordinates":[1,2]},"properties":{"name":"{{{new string('x', length)}}}"}}""");
        var places = new PlaceStore.Builder();

        if (isTaken)
            Assert.True(new FeatureReader().TryAdd(feature, places));
        else
            Assert.Equal("its name is longer than 4096 bytes", Assert.Throws<InvalidDataException>(() => new FeatureReader().TryAdd(feature, places)).Message);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData(""","addr:street":"A" """, "A")]
    [InlineData(""","addr:housenumber":"1" """, "")]
    [InlineData(""","addr:city":"C","addr:street":"A","addr:housenumber":"1-3" """, "1-3 A, C")]
    [InlineData(""","addr:place":"P","addr:housenumber":2,"addr:village":"V" """, "2 P, V")]
    [InlineData(""","addr:suburb":"S","addr:housename":"H" """, "H, S")]
    [InlineData(""","addr:suburb":"S","addr:city":"C" """, "C")]
    [InlineData(""","addr:full":"F","addr:street":"A","addr:city":"C" """, "F")]
    [InlineData(""","addresses":[],"names":{"primary":"N"} """, "")]
    [InlineData(""","addresses":[null,{"freeform":null,"locality":"L"}] """, "L")]
    [InlineData(""","addresses":"x" """, "")]
    public void TryAdd_Address_GivesTheVicinity(string properties, string vicinity) => Assert.Equal(
        vicinity,
        Read($$$"""{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":{"name":"N"{{{properties}}}}}""").Vicinity);

    /// <summary>A reader is used for all features of a file.</summary>
    [Fact]
    public void TryAdd_AnotherFeature_HasNothingOfTheOneBefore()
    {
        var reader = new FeatureReader();
        var places = new PlaceStore.Builder();

        Assert.True(reader.TryAdd(Encoding.UTF8.GetBytes(Overture), places));
        Assert.True(reader.TryAdd("""{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":{"name":"N"}}"""u8, places));
        Assert.False(reader.TryAdd("""{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":{}}"""u8, places));

        var place = ReadPlace.Of(places.Build()[1]);
        Assert.StartsWith("place:", place.Id, StringComparison.Ordinal);
        Assert.Equal(("N", "", "point_of_interest, establishment"), (place.Name, place.Vicinity, place.Types));
    }

    private static ReadPlace Read(string feature)
    {
        var places = new PlaceStore.Builder();
        Assert.True(new FeatureReader().TryAdd(Encoding.UTF8.GetBytes(feature), places));
        return ReadPlace.Of(places.Build()[0]);
    }

    private sealed record ReadPlace(double Latitude, double Longitude, string Id, string Name, string Vicinity, string Types, PlaceTraits Traits)
    {
        public static ReadPlace Of(Place place) => new(
            place.Latitude, place.Longitude, Encoding.UTF8.GetString(place.Id), Encoding.UTF8.GetString(place.Name),
            Encoding.UTF8.GetString(place.Vicinity), string.Join(", ", place.Types), place.Traits);
    }
}
