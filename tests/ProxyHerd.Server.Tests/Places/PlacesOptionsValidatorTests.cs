using ProxyHerd.Server.Places;
using ProxyHerd.Server.Places.Google;
using Xunit;

namespace ProxyHerd.Server.Tests.Places;

public sealed class PlacesOptionsValidatorTests
{
    [Fact]
    public void Validate_Defaults_Succeed() => Assert.Empty(Errors(new PlacesOptions()));

    [Theory]
    [InlineData("Embedded", null)]
    [InlineData("embedded", null)]
    [InlineData("Google", "AIza-test")]
    [InlineData("google", "AIza-test")]
    [InlineData("GoogleLegacy", "AIza-test")]
    [InlineData("googlelegacy", "AIza-test")]
    public void Validate_KnownProvider_Succeeds(string provider, string? key) =>
        Assert.Empty(Errors(new PlacesOptions { Provider = provider, Google = new() { Key = key } }));

    [Theory]
    [InlineData("Bing", "Places:Provider: 'Bing' is not a provider; known: Embedded, Google, GoogleLegacy")]
    [InlineData("", "Places:Provider: '' is not a provider; known: Embedded, Google, GoogleLegacy")]
    public void Validate_UnknownProvider_ListsTheKnown(string provider, string error) =>
        Assert.Equal([error], Errors(new PlacesOptions { Provider = provider }));

    [Fact]
    public void Validate_RepeatedProviderName_Fails() => Assert.Contains(
        "'Mine' is the name of 2 providers",
        Assert.Single(Errors(new PlacesOptions(), new PlacesOptionsValidator(["Embedded", "Mine", "mine"]))),
        StringComparison.Ordinal);

    [Fact]
    public void Validate_ProviderFiles_NamesTheWay() => Assert.Equal(
        ["Places:Provider: 'files' is not a provider; choose 'Embedded', which searches the files that Places:Files names"],
        Errors(new PlacesOptions { Provider = "files", Files = ["a.geojson"] }));

    /// <summary>Whether they are there is seen when they are read.</summary>
    [Fact]
    public void Validate_Files_Succeeds() => Assert.Empty(Errors(new PlacesOptions { Files = ["a.geojson", "b.geojson.gz"] }));

    [Theory]
    [InlineData("Places:Files: an entry is no path", "a", " ", "b")]
    [InlineData("Places:Files: an entry is no path", "a\0b")]
    [InlineData("Places:Files: an entry is no path", "")]
    [InlineData("Places:Files: 'a' is named 2 times", "a", "b", "./a")]
    public void Validate_FilesThatCannotBe_Fails(string error, params string[] files) =>
        Assert.StartsWith(error, Assert.Single(Errors(new PlacesOptions { Files = files })), StringComparison.Ordinal);

    /// <summary>So that a key can be tried without taking them out of the configuration.</summary>
    [Fact]
    public void Validate_FilesThatNobodyReads_AreLeftAlone()
    {
        var options = new PlacesOptions { Provider = "GoogleLegacy", Google = new() { Key = "AIza-test" }, Files = ["a", "a"] };

        Assert.Empty(Errors(options));
        Assert.Empty(options.FilesToRead());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void Validate_ProviderOfGooglesWithoutKey_NamesBothKeysAndTheWayOut(string? key)
    {
        var error = Assert.Single(Errors(new PlacesOptions { Provider = "GoogleLegacy", Google = new() { Key = key } }));
        Assert.Equal(
            [error.Replace("'GoogleLegacy'", "'Google'", StringComparison.Ordinal)],
            Errors(new PlacesOptions { Provider = "Google", Google = new() { Key = key } }));

        Assert.StartsWith("Places:Google:Key: ", error, StringComparison.Ordinal);
        Assert.Contains("Places:Google:KeyFile", error, StringComparison.Ordinal);
        Assert.Contains("'Embedded'", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_KeyAndKeyFile_Fails() => Assert.Contains(
        "beside Places:Google:Key",
        Assert.Single(Errors(new PlacesOptions { Provider = "GoogleLegacy", Google = new() { Key = "AIza-test", KeyFile = "f" } })),
        StringComparison.Ordinal);

    [Fact]
    public void Validate_MissingKeyFile_NamesIt()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

        var error = Assert.Single(Errors(new PlacesOptions { Provider = "GoogleLegacy", Google = new() { KeyFile = path } }));

        Assert.StartsWith($"Places:Google:KeyFile: '{path}' cannot be used: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("  the-key-1\n", true)]
    [InlineData("the-key-1 the-key-2", false)]
    [InlineData("the-key-1\nthe-key-2", false)]
    [InlineData("\"the-key-1\"", false)]
    [InlineData("the-kéy-1", false)]
    [InlineData("the-key", false)]
    [InlineData(" \n", false)]
    public void Validate_KeyFile_MustHoldAKey(string content, bool holdsKey)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, content);
            var google = new GoogleOptions { KeyFile = path };

            Assert.Equal(holdsKey ? 0 : 1, Errors(new PlacesOptions { Provider = "GoogleLegacy", Google = google }).Length);
            if (holdsKey)
                Assert.Equal("the-key-1", google.ReadKey().Value);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>As Windows' editors write it.</summary>
    [Fact]
    public void ReadKey_FileWithByteOrderMarkAndCarriageReturn_IsTheKey()
    {
        using var folder = new TemporaryFolder();

        Assert.Equal("the-key-1", new GoogleOptions { KeyFile = folder.Write("key", "\uFEFFthe-key-1\r\n") }.ReadKey().Value);
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/null")]
    [InlineData("/")]
    public void Validate_KeyFileThatIsNone_Fails(string path) => Assert.StartsWith(
        $"Places:Google:KeyFile: '{path}' cannot be used: ",
        Assert.Single(Errors(new PlacesOptions { Provider = "Google", Google = new() { KeyFile = path } })),
        StringComparison.Ordinal);

    [Fact]
    public void Validate_KeyFileThatNobodyReads_IsLeftAlone() =>
        Assert.Empty(Errors(new PlacesOptions { Google = new() { KeyFile = "/no/such/file" } }));

    [Theory]
    [InlineData("")]
    [InlineData("maps.googleapis.com")]
    [InlineData("/maps")]
    [InlineData("ftp://maps.googleapis.com")]
    [InlineData("https://")]
    [InlineData("https://maps.googleapis.com?key=secret")]
    [InlineData("https://maps.googleapis.com/#x")]
    [InlineData("https://me:secret@maps.googleapis.com")]
    [InlineData("https://me:secret@maps.googleapis.com:99999/")]
    [InlineData("https://me:secret@")]
    [InlineData("https://me:secret?@maps:x")]
    [InlineData("maps.googleapis.com?key=secret")]
    [InlineData("maps.googleapis.com/#secret")]
    [InlineData("https://maps.googleapis.com ")]
    [InlineData(" https://maps.googleapis.com")]
    [InlineData("https://maps.googleapis.com\n")]
    [InlineData("https://maps.googleapis.com:443\r\n")]
    public void Validate_BaseUrlThatIsNone_Fails(string baseUrl)
    {
        var error = Assert.Single(Errors(new PlacesOptions { GoogleLegacy = new() { BaseUrl = baseUrl } }));

        Assert.StartsWith("Places:GoogleLegacy:BaseUrl: '", error, StringComparison.Ordinal);
        Assert.StartsWith(
            "Places:Google:BaseUrl: '", Assert.Single(Errors(new PlacesOptions { Google = new() { BaseUrl = baseUrl } })), StringComparison.Ordinal);
        Assert.Contains("is not an absolute http or https URL", error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    /// <summary>A key that was put into another value is not on the console for that.</summary>
    [Fact]
    public void Validate_KeyInTheWrongValue_IsNotSaid()
    {
        const string Key = "AIzaSyA-0123456789_abcdefghijklmnopqrst";
        PlacesOptions[] all =
        [
            new() { Provider = Key },
            new() { Provider = "Google", Google = new() { KeyFile = Key } },
            new() { Provider = "Google", Google = new() { Key = "the-key-1", KeyFile = Key } },
            new() { Google = new() { BaseUrl = Key } },
            new() { Google = new() { FieldMask = Key } },
            new() { Google = new() { RankPreference = Key } },
        ];

        foreach (var options in all)
        {
            var error = Assert.Single(Errors(options));
            Assert.Contains("'(key)'", error, StringComparison.Ordinal);
            Assert.DoesNotContain("0123456789", error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("https://proxy.example/google/")]
    public void Validate_BaseUrlThatIsOne_Succeeds(string baseUrl) =>
        Assert.Empty(Errors(new PlacesOptions { GoogleLegacy = new() { BaseUrl = baseUrl } }));

    [Theory]
    [InlineData("short")]
    [InlineData("two keys in one")]
    [InlineData("AIza\nX-Other: header")]
    public void Validate_KeyThatIsNone_FailsWithoutSayingIt(string key)
    {
        var error = Assert.Single(Errors(new PlacesOptions { Provider = "Google", Google = new() { Key = key } }));

        Assert.StartsWith("Places:Google:Key: cannot be used: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain(key, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("places.id, places.displayName")]
    [InlineData("places.id,")]
    [InlineData("places.")]
    [InlineData("places.id,,places.x")]
    [InlineData("*,places.id")]
    [InlineData("places.ïd")]
    [InlineData("Places.id")]
    [InlineData("id,displayName")]
    [InlineData("places.id\r\nX-Other: header")]
    public void Validate_FieldMaskThatIsNone_Fails(string mask) => Assert.StartsWith(
        $"Places:Google:FieldMask: '{mask}' is not a list", Assert.Single(Errors(new PlacesOptions { Google = new() { FieldMask = mask } })), StringComparison.Ordinal);

    [Theory]
    [InlineData("*")]
    [InlineData("places.id")]
    [InlineData("places.id,places.currentOpeningHours.openNow,places.*")]
    public void Validate_FieldMaskThatIsOne_Succeeds(string mask) => Assert.Empty(Errors(new PlacesOptions { Google = new() { FieldMask = mask } }));

    [Theory]
    [InlineData("POPULARITY", 0)]
    [InlineData("DISTANCE", 0)]
    [InlineData("distance", 1)]
    [InlineData("", 1)]
    public void Validate_RankPreference_IsOneOfGoogles(string rank, int errors) =>
        Assert.Equal(errors, Errors(new PlacesOptions { Google = new() { RankPreference = rank } }).Length);

    [Fact]
    public void Validate_NumbersOutOfRange_AreEachNamed() => Assert.Equal(
        ["Places:CallsPerMonthMax", "Places:WhatsatPerSecondMax", "Places:WhatsatBurstMax"],
        Errors(new PlacesOptions { CallsPerMonthMax = -1, WhatsatPerSecondMax = -1, WhatsatBurstMax = 0 })
            .Select(error => error[..error.IndexOf(": ", StringComparison.Ordinal)]));

    [Fact]
    public void Validate_NoLimits_Succeed() => Assert.Empty(Errors(new PlacesOptions { CallsPerMonthMax = 0, WhatsatPerSecondMax = 0 }));

    [Fact]
    public void Validate_ManyMistakes_ReportsAllAtOnce() => Assert.Equal(
        ["Places:GoogleLegacy:BaseUrl", "Places:Google:Key"],
        Errors(new PlacesOptions { Provider = "GoogleLegacy", GoogleLegacy = new() { BaseUrl = "x" } })
            .Select(error => error[..error.IndexOf(": ", StringComparison.Ordinal)]));

    private static string[] Errors(PlacesOptions options, PlacesOptionsValidator? validator = null) =>
        [.. (validator ?? new PlacesOptionsValidator()).Validate(null, options).Failures ?? []];
}
