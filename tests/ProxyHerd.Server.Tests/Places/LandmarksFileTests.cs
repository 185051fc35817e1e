using ProxyHerd.Server.Places;
using Xunit;

namespace ProxyHerd.Server.Tests.Places;

/// <summary>What the landmarks that ship must be.</summary>
public sealed class LandmarksFileTests
{
    private const double SamePlaceMeters = 20;

    private static readonly IReadOnlyList<Landmark> All = Landmarks.ReadEmbedded();

    [Fact]
    public void File_Whole_HasHundredsOfLandmarks() => Assert.True(All.Count >= 400, $"{All.Count} landmarks");

    [Fact]
    public void File_AroundUcla_HasMoreThanOneAnswerHolds()
    {
        var near = All.Count(l => Sphere.Meters(34.0689, -118.4452, l.Latitude, l.Longitude) <= 15_000);

        Assert.True(near >= 30, $"{near} landmarks within 15 km");
    }

    [Fact]
    public void File_EveryLandmark_IsInRange() => Assert.All(All, landmark =>
    {
        Assert.InRange(landmark.Latitude, -90, 90);
        Assert.InRange(landmark.Longitude, -180, 180);
    });

    [Fact]
    public void File_EveryName_IsThereOnce() =>
        Assert.Equal(All.Count, All.Select(l => l.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());

    [Fact]
    public void File_EveryPair_IsApart()
    {
        var together =
            from i in Enumerable.Range(0, All.Count)
            from j in Enumerable.Range(i + 1, All.Count - i - 1)
            let a = All[i]
            let b = All[j]
            where Sphere.Meters(a.Latitude, a.Longitude, b.Latitude, b.Longitude) < SamePlaceMeters
            select $"{a.Name} and {b.Name}";

        Assert.Empty(together);
    }
}
