using System.Globalization;
using ProxyHerd.Server.Hosting;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace ProxyHerd.Server.Tests.Deploy;

/// <summary>Holds deploy/k8s against the configuration that it carries, the code and the herd that ships.</summary>
public sealed class KubernetesTests
{
    private const string Folder = "deploy/k8s";
    private const string Label = "app.kubernetes.io/name";

    private static readonly YamlMappingNode Kustomization = Single("kustomization.yaml");
    private static readonly YamlMappingNode Servers = Single("servers.yaml");
    private static readonly YamlNode Pod = At(Servers, "spec", "template", "spec");
    private static readonly YamlNode Container = Assert.Single(List(Pod, "containers"));

    private static Dictionary<string, int> Ports => List(Container, "ports").ToDictionary(port => Text(port, "name"), port => Number(port, "containerPort"));

    [Fact]
    public void Kustomization_EveryFile_IsNamedInIt()
    {
        string[] named =
        [
            "kustomization.yaml",
            .. List(Kustomization, "resources").Select(node => node.ToString()),
            .. List(Assert.Single(List(Kustomization, "configMapGenerator")), "files").Select(node => node.ToString()),
            .. List(Assert.Single(List(Kustomization, "secretGenerator")), "files").Select(node => node.ToString().Split('=')[1]),
        ];

        Assert.Equal(Directory.EnumerateFiles(DeployFiles.PathOf(Folder)).Select(file => Path.GetFileName(file)).Order(), named.Order());
        foreach (var file in named.Where(file => file.EndsWith(".yaml", StringComparison.Ordinal)))
            Assert.All(Documents(file), document => Assert.NotEqual("", Text(document, "kind")));
    }

    /// <summary>Pods are numbered from 0, and each finds itself in the file by its name.</summary>
    [Fact]
    public void HerdJson_Servers_AreThePodsByTheirStableNames()
    {
        var servers = DeployFiles.Load($"{Folder}/herd.json").Herd.Servers;
        var (name, service) = (Text(Servers, "metadata", "name"), Text(Servers, "spec", "serviceName"));

        Assert.Equal(
            Enumerable.Range(0, Number(Servers, "spec", "replicas")).Select(i => string.Create(CultureInfo.InvariantCulture, $"{name}-{i}")),
            servers.Keys.Order(StringComparer.Ordinal));
        Assert.All(servers, server => Assert.Equal($"{server.Key}.{service}", server.Value.Host));
        Assert.Equal("$(POD_NAME)", List(Container, "args")[0].ToString());
        Assert.Equal("metadata.name", Text(Variables()["POD_NAME"], "valueFrom", "fieldRef", "fieldPath"));
    }

    [Fact]
    public void HerdJson_Graph_IsThatOfTheHerdThatShips()
    {
        var shipped = DeployFiles.Load("appsettings.json").Herd.Servers;
        var names = shipped.Keys.Order(StringComparer.Ordinal).ToList();

        foreach (var (name, server) in DeployFiles.Load($"{Folder}/herd.json").Herd.Servers)
        {
            var counterpart = shipped[names[name[^1] - '0']];
            Assert.Equal(counterpart.Neighbours.Select(neighbour => $"herd-{names.IndexOf(neighbour)}"), server.Neighbours);
        }
    }

    [Fact]
    public void Ports_OfContainerServicesAndPolicy_AreThoseOfTheHerd()
    {
        foreach (var server in DeployFiles.Load($"{Folder}/herd.json").Herd.Servers.Values)
            Assert.Equal((Ports["lines"], Ports["links"], Ports["http"]), (server.Port, server.LinkPort, server.HttpPort));

        var services = Documents("services.yaml").ToDictionary(service => Text(service, "metadata", "name"));
        Assert.Equal(["herd", "herd-links"], services.Keys.Order());
        foreach (var port in services.Values.SelectMany(service => List(service, "spec", "ports")))
            Assert.Equal(Ports[Text(port, "targetPort")], Number(port, "port"));
        var links = services[Text(Servers, "spec", "serviceName")];
        Assert.Equal(("None", "true"), (Text(links, "spec", "clusterIP"), Text(links, "spec", "publishNotReadyAddresses")));
        var policy = Single("network.yaml");
        var open = List(policy, "spec", "ingress").Concat(List(policy, "spec", "egress")).SelectMany(rule => List(rule, "ports")).Select(port => Text(port, "port"));
        Assert.Equal(["53", "http", "lines", "links"], open.Distinct().Order());
        var names = List(policy, "spec", "egress").Single(rule => List(rule, "ports").Any(port => Text(port, "port") == "53"));
        Assert.Equal(["ports"], ((YamlMappingNode)names).Children.Keys.Select(key => key.ToString()));
    }

    [Theory]
    [InlineData("startupProbe", "/health/live")]
    [InlineData("livenessProbe", "/health/live")]
    [InlineData("readinessProbe", "/health/ready")]
    public async Task Probes_Paths_AreThoseThatTheServerAnswers(string probe, string path)
    {
        Assert.Equal((path, "http"), (Text(Container, probe, "httpGet", "path"), Text(Container, probe, "httpGet", "port")));
        await using var server = new ServerFactory();

        Assert.Equal("Healthy", await server.Http.GetStringAsync(path));
    }

    /// <summary>The program reads them as a pod's, and knows each.</summary>
    [Fact]
    public void Environment_Keys_AreReadByTheProgramAndNameWhatIsMounted()
    {
        var values = Variables().Where(variable => variable.Key.Contains("__", StringComparison.Ordinal))
            .ToDictionary(variable => variable.Key.Replace("__", ":", StringComparison.Ordinal), variable => Text(variable.Value, "value"));
        var secret = values["Herd:SecretFile"];
        using var folder = new TemporaryFolder();
        values["Herd:SecretFile"] = folder.Write("secret", DeployFiles.Read($"{Folder}/secret.txt"));
        using var errors = new StringWriter();
        string[] settings = [.. values.Select(value => $"--{value.Key}={value.Value}")];
        Assert.True(
            ServerConfiguration.TryLoad(new CommandLine("herd-0", DeployFiles.PathOf($"{Folder}/herd.json"), settings), errors, out var read), errors.ToString());

        Assert.Equal(["Herd:Listen", "Herd:SecretFile", "Journal:Path", "Limits:ClientsMax", "Limits:ConnectionsPerAddressMax", "Logs:Path"], values.Keys.Order());
        Assert.Equal(("0.0.0.0", 10_000), (read.Herd.Listen, read.Limits.ConnectionsPerAddressMax));
        Assert.NotEmpty(read.Secret);
        Assert.True(string.IsNullOrEmpty(read.Logs.Path));
        var mounts = List(Container, "volumeMounts").ToDictionary(mount => Text(mount, "name"), mount => Text(mount, "mountPath"));
        Assert.Equal($"{mounts["secret"]}/secret", secret);
        Assert.StartsWith($"{mounts["data"]}/", read.Journal.Path, StringComparison.Ordinal);
        Assert.Equal($"{mounts["herd"]}/herd.json", List(Container, "args")[2].ToString());
        Assert.Equal("herd-secret", Text(List(Pod, "volumes").Single(volume => Text(volume, "name") == "secret"), "secret", "secretName"));
        Assert.Equal("data", Text(Assert.Single(List(Servers, "spec", "volumeClaimTemplates")), "metadata", "name"));
    }

    /// <summary>What the image promises, and what a namespace that enforces the restricted standard asks for.</summary>
    [Fact]
    public void Pod_Rights_AreAsFewAsTheImageNeeds()
    {
        Assert.Contains("\nUSER 1654\n", DeployFiles.Read("Dockerfile"), StringComparison.Ordinal);
        Assert.Equal("1654", Text(Pod, "securityContext", "runAsUser"));
        Assert.Equal("true", Text(Pod, "securityContext", "runAsNonRoot"));
        Assert.Equal("RuntimeDefault", Text(Pod, "securityContext", "seccompProfile", "type"));
        Assert.Equal("true", Text(Container, "securityContext", "readOnlyRootFilesystem"));
        Assert.Equal("false", Text(Container, "securityContext", "allowPrivilegeEscalation"));
        Assert.Equal("ALL", Assert.Single(List(Container, "securityContext", "capabilities", "drop")).ToString());
        Assert.True(Number(Pod, "terminationGracePeriodSeconds") > 10);
        Assert.True(Number(Servers, "spec", "minReadySeconds") >= 10);
    }

    [Fact]
    public void Selectors_OfEveryKind_SelectTheServers()
    {
        const string Name = "proxyherd";
        Assert.Equal(Name, Text(Assert.Single(List(Kustomization, "labels")), "pairs", Label));
        Assert.Equal(Name, Text(Single("budget.yaml"), "spec", "selector", "matchLabels", Label));
        Assert.Equal("1", Text(Single("budget.yaml"), "spec", "maxUnavailable"));
        Assert.Equal(Name, Text(Single("network.yaml"), "spec", "podSelector", "matchLabels", Label));
        Assert.All(List(Pod, "topologySpreadConstraints"), spread => Assert.Equal(Name, Text(spread, "labelSelector", "matchLabels", Label)));
    }

    private static Dictionary<string, YamlNode> Variables() => List(Container, "env").ToDictionary(variable => Text(variable, "name"));

    private static List<YamlMappingNode> Documents(string file)
    {
        var stream = new YamlStream();
        using var reader = new StringReader(DeployFiles.Read($"{Folder}/{file}"));
        stream.Load(reader);
        return [.. stream.Documents.Select(document => (YamlMappingNode)document.RootNode)];
    }

    private static YamlMappingNode Single(string file) => Assert.Single(Documents(file));

    private static YamlNode At(YamlNode node, params string[] path) => path.Aggregate(node, (inner, key) => inner[key]);

    private static string Text(YamlNode node, params string[] path) => ((YamlScalarNode)At(node, path)).Value ?? "";

    private static int Number(YamlNode node, params string[] path) => int.Parse(Text(node, path), CultureInfo.InvariantCulture);

    private static List<YamlNode> List(YamlNode node, params string[] path) => [.. (YamlSequenceNode)At(node, path)];
}
