using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using ProxyHerd.Herd.Places;
using ProxyHerd.Server.Places.Google;
using Xunit;

namespace ProxyHerd.Server.Tests.Places.Google;

/// <summary>What keeps calls few: one for equal questions, so many at once, Google's wish to be left alone, the circuit breaker, rates.</summary>
public sealed class GoogleLimitTests
{
    public static TheoryData<string> Providers => ["Google", "GoogleLegacy"];

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task SearchAsync_HundredEqualQuestionsAtOnce_AreOneCallCutToEachBound(string provider)
    {
        var gate = new TaskCompletionSource();
        await using var google = await StubGoogle.StartAsync(StubGoogle.Gated(gate.Task));
        await using var setup = new GoogleSetup(provider, google.BaseUrl);

        var searches = Enumerable.Range(0, 100).Select(i => setup.SearchAsync(GoogleSetup.Query with { Bound = (i % 20) + 1 })).ToArray();
        await Eventually.BeAsync("the call", () => google.Requests.Count > 0);
        gate.SetResult();
        var answers = await Eventually.EndAsync("the answers", Task.WhenAll(searches));

        Assert.Single(google.Requests);
        for (var i = 0; i < answers.Length; i++)
            Assert.Equal((i % 20) switch { 0 => "OK A", 1 => "OK A,é", _ => "OK A,é,C" }, GoogleSetup.Summary(answers[i]));
    }

    /// <summary>The position counts to four decimals, the radius whole; the first asker's exact position is sent.</summary>
    [Theory]
    [InlineData(34.06893, -118.445127, 10_000, 1)]
    [InlineData(34.068949, -118.445149, 10_000, 1)]
    [InlineData(34.06896, -118.445127, 10_000, 2)]
    [InlineData(34.06893, -118.4452, 10_000, 2)]
    [InlineData(34.06893, -118.445127, 10_001, 2)]
    public async Task SearchAsync_AlmostEqualQuestions_ShareACallUpToFourDecimals(double latitude, double longitude, double radius, int calls)
    {
        var gate = new TaskCompletionSource();
        await using var google = await StubGoogle.StartAsync(StubGoogle.Gated(gate.Task));
        await using var setup = new GoogleSetup("GoogleLegacy", google.BaseUrl);

        var first = setup.SearchAsync();
        await Eventually.BeAsync("the first call", () => google.Requests.Count == 1);
        var second = setup.SearchAsync(new PlacesQuery(latitude, longitude, radius, 2));
        if (calls == 2)
            await Eventually.BeAsync("the second call", () => google.Requests.Count == 2);
        gate.SetResult();
        await Eventually.EndAsync("the answers", Task.WhenAll(first, second));

        Assert.Equal(calls, google.Requests.Count);
        Assert.Contains("location=34.06893,-118.445127&", google.Targets.First(), StringComparison.Ordinal);
    }

    /// <summary>Nothing is kept: Google's terms forbid it.</summary>
    [Theory]
    [MemberData(nameof(Providers))]
    public async Task SearchAsync_EqualQuestionLater_IsAskedAnew(string provider)
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Good);
        await using var setup = new GoogleSetup(provider, google.BaseUrl);

        await setup.SearchAsync();
        await setup.SearchAsync();

        Assert.Equal(2, google.Requests.Count);
    }

    /// <summary>One who leaves does not end the call for the others.</summary>
    [Fact]
    public async Task SearchAsync_FirstAskerLeaves_TheOthersAreAnswered()
    {
        var gate = new TaskCompletionSource();
        await using var google = await StubGoogle.StartAsync(StubGoogle.Gated(gate.Task));
        await using var setup = new GoogleSetup("Google", google.BaseUrl);
        using var leaves = new CancellationTokenSource();

        var first = setup.Provider.SearchAsync(GoogleSetup.Query, leaves.Token).AsTask();
        var second = setup.SearchAsync();
        await Eventually.BeAsync("the call", () => google.Requests.Count == 1);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();

        Assert.Equal("OK A,é", GoogleSetup.Summary(await second));
        Assert.Single(google.Requests);
    }

    [Fact]
    public async Task SearchAsync_MoreQuestionsThanCallsAtOnce_WaitTheirTurn()
    {
        const int Questions = 100;
        var gate = new TaskCompletionSource();
        await using var google = await StubGoogle.StartAsync(StubGoogle.Gated(gate.Task));
        await using var setup = new GoogleSetup("Google", google.BaseUrl);

        var searches = Enumerable.Range(0, Questions).Select(i => setup.SearchAsync(new PlacesQuery(i % 90, i, 1000, 1))).ToArray();
        await Eventually.BeAsync("32 calls", () => google.Requests.Count == 32 && setup.Policies.Calls == 32);
        gate.SetResult();
        await Eventually.EndAsync("the answers", Task.WhenAll(searches));

        Assert.Equal(Questions, google.Requests.Count);
        Assert.Equal(0, setup.Policies.Calls);
    }

    /// <summary>The wait for a turn is part of a search's time.</summary>
    [Fact]
    public async Task SearchAsync_NoTurnInTime_FailsUnasked()
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Hang);
        await using var setup = new GoogleSetup(
            "Google", google.BaseUrl, GoogleSetup.Quick with { CallsAtOnceMax = 1, SearchTime = TimeSpan.FromSeconds(2) });

        var answers = await Eventually.EndAsync(
            "the answers", Task.WhenAll(Enumerable.Range(0, 5).Select(i => setup.SearchAsync(new PlacesQuery(i, i, 1000, 1)))));

        Assert.All(answers, answer => GoogleSetup.AssertFailure("UNKNOWN_ERROR", answer));
        Assert.InRange(google.Requests.Count, 1, 4);
    }

    /// <summary>Whose turn comes when its time is over is not asked any more: nobody waits for it, and it would be paid for.</summary>
    [Theory]
    [MemberData(nameof(Providers))]
    public async Task AskAsync_TimeIsOverBeforeTheCall_MakesNone(string provider)
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Good);
        await using var setup = new GoogleSetup(provider, google.BaseUrl);

        var reply = await setup.Client.AskAsync(new GoogleSearch(GoogleSetup.Query, TimeProvider.System.GetTimestamp()));

        Assert.Equal("UNKNOWN_ERROR", reply.Status);
        Assert.Equal(0, setup.Budget.Spent);
    }

    public static TheoryData<string, string, string, int> Waits
    {
        get
        {
            var rows = new TheoryData<string, string, string, int>();
            foreach (var provider in new[] { "Google", "GoogleLegacy" })
            {
                rows.Add(provider, "0", "", 3);
                rows.Add(provider, "Wed, 01 Jan 2025 00:00:00 GMT", "", 3);
                rows.Add(provider, "3600", "", 1);
                rows.Add(provider, "Fri, 31 Dec 9999 00:00:00 GMT", "", 1);
                rows.Add(provider, "99999999999", "", 1);
                rows.Add(provider, "soon", "", 3);
                rows.Add(provider, "-3600", "", 3);
                rows.Add(provider, "3600.5", "", 3);
                rows.Add(provider, "", "0.001s", 3);
                rows.Add(provider, "", "3600s", 1);
                rows.Add(provider, "", "61.5s", 1);
                rows.Add(provider, "", "999999999999999s", 1);
                rows.Add(provider, "0", "3600s", 1);
                rows.Add(provider, "3600", "0s", 1);
                rows.Add(provider, "", "later", 3);
                rows.Add(provider, "", "-1s", 3);
                rows.Add(provider, "", "1e300s", 3);
            }

            return rows;
        }
    }

    /// <summary>A wait that does not fit into the search's time ends it; one that cannot be read is none.</summary>
    [Theory]
    [MemberData(nameof(Waits))]
    public async Task SearchAsync_LimitWithAWait_IsTriedAgainWhereItFits(string provider, string retryAfter, string retryInfo, int tries)
    {
        (string, string)[] headers = retryAfter.Length > 0 ? [("Retry-After", retryAfter)] : [];
        var details = retryInfo.Length > 0 ? GoogleSamples.RetryIn(retryInfo) : "";
        await using var google = await StubGoogle.StartAsync(
            StubGoogle.Json(GoogleSamples.Error(429, "RESOURCE_EXHAUSTED", details), 429, headers));

        GoogleSetup.AssertFailure("OVER_QUERY_LIMIT", await GoogleSetup.SearchOnceAsync(provider, google.BaseUrl));
        Assert.Equal(tries, google.Requests.Count);
    }

    /// <summary>Of several the longest counts.</summary>
    [Fact]
    public async Task SearchAsync_LimitWithSeveralWaits_IsTriedAgainWhereTheLongestFits()
    {
        await using var google = await StubGoogle.StartAsync(context =>
        {
            context.Response.Headers.RetryAfter = new StringValues(["0", "3600"]);
            return StubGoogle.Status(429)(context);
        });

        GoogleSetup.AssertFailure("OVER_QUERY_LIMIT", await GoogleSetup.SearchOnceAsync("Google", google.BaseUrl));
        Assert.Single(google.Requests);
    }

    /// <summary>Never sooner than Google said, whatever the machine is doing besides.</summary>
    [Theory]
    [InlineData("Google")]
    [InlineData("GoogleLegacy")]
    public async Task SearchAsync_RetryAfter_IsWaitedFor(string provider)
    {
        var asked = new List<long>();
        RequestDelegate noted(RequestDelegate step) => context =>
        {
            asked.Add(Stopwatch.GetTimestamp());
            return step(context);
        };
        await using var google = await StubGoogle.StartAsync(noted(StubGoogle.Status(429, ("Retry-After", "1"))), noted(StubGoogle.Good));

        Assert.Equal("OK A,é", GoogleSetup.Summary(await GoogleSetup.SearchOnceAsync(provider, google.BaseUrl)));
        Assert.True(Stopwatch.GetElapsedTime(asked[0], asked[1]) >= TimeSpan.FromSeconds(0.99));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task SearchAsync_TriesThatKeepFailing_OpenTheCircuitUntilOneIsGoodAgain(string provider)
    {
        var isDown = true;
        await using var google = await StubGoogle.StartAsync(context => isDown ? StubGoogle.Status(500)(context) : StubGoogle.Good(context));
        await using var setup = new GoogleSetup(
            provider, google.BaseUrl, GoogleSetup.Quick with { BreakerTriesMin = 6, BreakerOpenTime = TimeSpan.FromSeconds(1) });

        for (var i = 0; i < 2; i++)
            GoogleSetup.AssertFailure("UNKNOWN_ERROR", await setup.SearchAsync());
        Assert.True(setup.Policies.IsCircuitOpen);
        Assert.Single(setup.Log.Entries, entry => entry.Contains("it is not asked for 00:00:01", StringComparison.Ordinal));

        isDown = false;
        var answer = await Eventually.GetAsync(
            "a good answer", () => setup.SearchAsync(), answer => answer.Contains("\"OK\"", StringComparison.Ordinal));

        Assert.Equal("OK A,é", GoogleSetup.Summary(answer));
        Assert.Equal(7, google.Requests.Count);
        Assert.False(setup.Policies.IsCircuitOpen);
        Assert.Single(setup.Log.Entries, entry => entry.Contains("The places service is back", StringComparison.Ordinal));
    }

    /// <summary>What Google answers, be it a refusal, shows that it is there.</summary>
    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(429)]
    public async Task SearchAsync_Refusals_LeaveTheCircuitClosed(int code)
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Status(code));
        await using var setup = new GoogleSetup("Google", google.BaseUrl, GoogleSetup.Quick with { BreakerTriesMin = 2, TriesMax = 1 });

        for (var i = 0; i < 6; i++)
            await setup.SearchAsync();

        Assert.Equal(6, google.Requests.Count);
        Assert.False(setup.Policies.IsCircuitOpen);
    }

    /// <summary>Five a second cannot give one back while this runs, unless it takes 200 ms: then some more are let through.</summary>
    [Theory]
    [MemberData(nameof(Providers))]
    public async Task SearchAsync_OneAddressAsksTooOften_IsToldSoAndOthersAreNot(string provider)
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Good);
        await using var setup = new GoogleSetup(provider, google.BaseUrl, null, ("Places:WhatsatPerSecondMax", "1"), ("Places:WhatsatBurstMax", "3"));
        var greedy = GoogleSetup.Query with { Asker = IPAddress.Parse("192.0.2.1") };

        var answer = await Eventually.GetAsync(
            "a refusal", () => setup.SearchAsync(greedy), answer => answer.Contains("OVER_QUERY_LIMIT", StringComparison.Ordinal));

        GoogleSetup.AssertFailure("OVER_QUERY_LIMIT", answer);
        Assert.True(google.Requests.Count >= 3);
        Assert.Equal("OK A,é", GoogleSetup.Summary(await setup.SearchAsync(GoogleSetup.Query with { Asker = IPAddress.Parse("192.0.2.2") })));
        Assert.Equal("OK A,é", GoogleSetup.Summary(await setup.SearchAsync()));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task SearchAsync_MonthIsSpent_IsToldSoUnasked(string provider)
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Status(503), StubGoogle.Good);
        await using var setup = new GoogleSetup(provider, google.BaseUrl, null, ("Places:CallsPerMonthMax", "3"));

        Assert.Equal("OK A,é", GoogleSetup.Summary(await setup.SearchAsync()));
        Assert.Equal(2, setup.Budget.Spent);
        Assert.Equal("OK A,é", GoogleSetup.Summary(await setup.SearchAsync()));
        GoogleSetup.AssertFailure("OVER_QUERY_LIMIT", await setup.SearchAsync());

        Assert.Equal(3, google.Requests.Count);
    }

    /// <summary>What was left is spent by the first try; the second is not made.</summary>
    [Fact]
    public async Task SearchAsync_MonthIsSpentBetweenTries_IsToldSo()
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Status(503));
        await using var setup = new GoogleSetup("Google", google.BaseUrl, null, ("Places:CallsPerMonthMax", "1"));

        GoogleSetup.AssertFailure("OVER_QUERY_LIMIT", await setup.SearchAsync());

        Assert.Single(google.Requests);
    }
}
