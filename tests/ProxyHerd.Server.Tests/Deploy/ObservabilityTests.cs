using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ProxyHerd.Server.Tests.Places.Google;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace ProxyHerd.Server.Tests.Deploy;

/// <summary>Holds deploy/prometheus and deploy/grafana against what servers export and against the composed herd.</summary>
public sealed partial class ObservabilityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static JsonElement Dashboard => JsonDocument.Parse(DeployFiles.Read("deploy/grafana/herd.json")).RootElement;

    private static IEnumerable<JsonElement> Panels => Dashboard.GetProperty("panels").EnumerateArray();

    private static IEnumerable<string> PanelQueries =>
        from panel in Panels
        where panel.GetProperty("type").GetString() != "row"
        from target in panel.GetProperty("targets").EnumerateArray()
        select target.GetProperty("expr").GetString();

    private static List<YamlNode> Rules =>
        [.. ((YamlSequenceNode)Yaml("deploy/prometheus/alerts.yml")["groups"]).SelectMany(group => (YamlSequenceNode)group["rules"])];

    public void Dispose() => _folder.Dispose();

    /// <summary>A name that no server exports would be a panel without data, or an alert that is never raised.</summary>
    [Fact]
    public async Task DashboardAndRules_EveryMetric_IsExportedByAServer()
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Good);
        var ports = FreePorts.Take(2);
        (string, string)[] settings =
        [
            ("Herd:Servers:Alford:Port", ports[0].ToString(CultureInfo.InvariantCulture)),
            ("Herd:Servers:Parker:Port", ports[1].ToString(CultureInfo.InvariantCulture)),
            ("Journal:Path", _folder.FullName),
            ("Journal:Durability", "Disk"),
            ("Places:Provider", "Google"),
            ("Places:Google:Key", GoogleSetup.Key),
            ("Places:Google:BaseUrl", google.BaseUrl),
        ];
        await using var alford = new ServerFactory(settings);
        await using var parker = new ServerFactory(settings, name: "Parker");
        await LineClient.AskAsync(alford.Lines, "IAMAT kiwi +1+1 10\nWHATSAT kiwi 10 1\n");
        HashSet<string> named = [.. PanelQueries.Concat(Rules.Select(rule => rule["expr"].ToString())).SelectMany(query => Metric().Matches(query)).Select(match => match.Value)];

        // A link is pinged after 5 s, and what has no value yet is not exported.
        await Eventually.GetAsync(
            "every metric that is named",
            async () => string.Join(' ', named.Except(Sample().Matches(await alford.Http.GetStringAsync("/metrics")).Select(match => match.Value))),
            missing => missing.Length == 0);
        Assert.True(named.Count > 25, string.Join(' ', named));
    }

    [Fact]
    public void Prometheus_Targets_AreTheComposedHerd()
    {
        var targets = (YamlSequenceNode)Assert.Single((YamlSequenceNode)Yaml("deploy/prometheus/prometheus.yml")["scrape_configs"])["static_configs"];

        Assert.Equal(
            DeployFiles.Load("deploy/herd.json").Herd.Servers.Select(server => $"{server.Value.Host}:{server.Value.HttpPort} {server.Key}").Order(),
            targets.Select(target => $"{Assert.Single((YamlSequenceNode)target["targets"])} {target["labels"]["server"]}").Order());
    }

    /// <summary>The tests themselves are run by promtool.</summary>
    [Fact]
    public void Rules_Each_HasATestInWhichItIsRaisedAndOneInWhichItIsNot()
    {
        var checks = ((YamlSequenceNode)Yaml("deploy/prometheus/alerts.test.yml")["tests"]).SelectMany(test => (YamlSequenceNode)test["alert_rule_test"])
            .Select(check => $"{check["alertname"]} {((YamlSequenceNode)check["exp_alerts"]).Any()}").ToHashSet();

        Assert.Equal(7, Rules.Count);
        Assert.All(Rules, rule => Assert.Superset(new HashSet<string> { $"{rule["alert"]} False", $"{rule["alert"]} True" }, checks));
        Assert.All(Rules, rule => Assert.NotEqual("", rule["annotations"]["summary"].ToString()));
    }

    /// <summary>Grafana passes over what it does not understand, and shows an empty panel.</summary>
    [Fact]
    public void Dashboard_Panels_HaveNumbersPlacesAndADataSourceOfTheirOwn()
    {
        var ids = Panels.Select(panel => panel.GetProperty("id").GetInt32()).ToList();
        Assert.Equal(ids.Distinct(), ids);
        HashSet<(int X, int Y)> taken = [];
        foreach (var place in Panels.Select(panel => panel.GetProperty("gridPos")))
        {
            var (x, y, w, h) = (place.GetProperty("x").GetInt32(), place.GetProperty("y").GetInt32(), place.GetProperty("w").GetInt32(), place.GetProperty("h").GetInt32());
            Assert.InRange(x + w, 1, 24);
            Assert.All(from dx in Enumerable.Range(x, w) from dy in Enumerable.Range(y, h) select (dx, dy), cell => Assert.True(taken.Add(cell), $"two panels at {cell}"));
        }

        string[] variables = [.. Dashboard.GetProperty("templating").GetProperty("list").EnumerateArray().Select(variable => $"${variable.GetProperty("name").GetString()}"), "$__rate_interval"];
        Assert.All(PanelQueries.SelectMany(query => Variable().Matches(query)).Select(match => match.Value), name => Assert.Contains(name, variables));
        Assert.All(
            Panels.Where(panel => panel.GetProperty("type").GetString() != "row"),
            panel => Assert.Equal("${datasource}", panel.GetProperty("datasource").GetProperty("uid").GetString()));
    }

    /// <summary>What compose mounts, and where Grafana and Prometheus are told to look.</summary>
    [Fact]
    public void Compose_Observability_MountsWhatTheFilesName()
    {
        var services = Yaml("deploy/compose.yaml")["services"];
        var grafana = ((YamlSequenceNode)services["grafana"]["volumes"]).Select(volume => volume.ToString().Split(':')).Where(parts => parts[0][0] == '.').ToList();
        var folder = Assert.Single((YamlSequenceNode)Yaml("deploy/grafana/dashboards.yaml")["providers"])["options"]["path"].ToString();

        Assert.All(grafana, parts => Assert.True(File.Exists(DeployFiles.PathOf($"deploy/{parts[0]}")), parts[0]));
        Assert.Equal(
            Directory.EnumerateFiles(DeployFiles.PathOf("deploy/grafana")).Select(file => Path.GetFileName(file)).Order(),
            grafana.Select(parts => Path.GetFileName(parts[0])).Order());
        Assert.Contains(grafana, parts => parts[0] == "./grafana/herd.json" && parts[1] == $"{folder}/herd.json");
        Assert.Equal($"{folder}/herd.json", services["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"].ToString());
        Assert.Equal("http://prometheus:9090", Assert.Single((YamlSequenceNode)Yaml("deploy/grafana/datasources.yaml")["datasources"])["url"].ToString());
        foreach (var name in new[] { "prometheus", "grafana" })
        {
            Assert.Equal("observability", Assert.Single((YamlSequenceNode)services[name]["profiles"]).ToString());
            Assert.Matches("^[a-z/]+:v?[0-9]+\\.[0-9]+\\.[0-9]+$", services[name]["image"].ToString());
        }
    }

    private static YamlMappingNode Yaml(string file)
    {
        var stream = new YamlStream();
        using var reader = new StringReader(DeployFiles.Read(file));
        stream.Load(reader);
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }

    [GeneratedRegex(@"\b(proxyherd|dotnet|kestrel|http)_\w+")]
    private static partial Regex Metric();

    [GeneratedRegex(@"^[a-z]\w+", RegexOptions.Multiline)]
    private static partial Regex Sample();

    [GeneratedRegex(@"\$\w+")]
    private static partial Regex Variable();
}
