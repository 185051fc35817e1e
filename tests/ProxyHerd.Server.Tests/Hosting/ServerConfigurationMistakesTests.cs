using Xunit;

namespace ProxyHerd.Server.Tests.Hosting;

public sealed class ServerConfigurationMistakesTests
{
    [Theory]
    [InlineData("--Journal:Durability=Tape", "Journal:Durability: 'Tape' is unknown")]
    [InlineData("--Journal:Durability=", "Journal:Durability: '' is unknown")]
    [InlineData("--Journal:Durability=2", "Journal:Durability: '2' is unknown; known: Memory, EverySecond, Disk, DiskAndNeighbour")]
    [InlineData("--Journal:Durability=disk", "Journal:Durability: 'disk' is unknown")]
    [InlineData("--Journal:Path=", "Journal:Path: is empty")]
    [InlineData("--Expiry:After=00:01:30", "Expiry:After: '00:01:30' is not a number of whole minutes")]
    [InlineData("--Expiry:After=00:00:00", "Expiry:After: '00:00:00' is not a number of whole minutes")]
    [InlineData("--Expiry:After=-01:00:00", "Expiry:After: '-01:00:00' is not a number of whole minutes")]
    [InlineData("--Expiry:After=604800", "Expiry:After: '604800.00:00:00' is more than a hundred years")]
    [InlineData("--Expiry:After=soon", "Expiry:After: 'soon' is not a duration")]
    [InlineData("--Herd:Secret=", "Herd:Secret: is empty")]
    [InlineData("--Herd:SecretFile=", "Herd:SecretFile: is empty")]
    [InlineData("--Herd:SecretFile=/no/such/file", "Herd:SecretFile: '/no/such/file' cannot be read")]
    [InlineData("--Herd:SecretFile=/", "Herd:SecretFile: '/' cannot be read")]
    [InlineData("--Herd:SecretFile=/dev/null", "Herd:SecretFile: '/dev/null' is empty")]
    [InlineData("--Herd:Listen=localhost", "Herd:Listen: 'localhost' is not an IP address")]
    [InlineData("--Herd:Listen=", "Herd:Listen: '' is not an IP address")]
    [InlineData("--Kestrel:Endpoints:Links:Url=https://127.0.0.1:0", "Kestrel:Endpoints:Links:Url: is https; give http, since links speak TLS if Herd:Tls")]
    [InlineData("--Herd:PlainNeighbours:0=Clarc", "Herd:PlainNeighbours: 'Clarc' is not a server of this herd; known: Alford, Bolden, Hamilton, Parker, Powell")]
    [InlineData("--Herd:Name=alford", "Herd:Name: 'alford' is not a server of this herd; known: Alford, ")]
    [InlineData("--Herd:Servers:Alford:Port=65536", "Herd:Servers:Alford:Port: 65536 is not a port")]
    [InlineData("--Herd:Servers:Alford:LinkPort=-1", "Herd:Servers:Alford:LinkPort: -1 is not a port")]
    [InlineData("--Herd:Servers:Alford:Host=", "Herd:Servers:Alford:Host: is empty")]
    [InlineData("--Herd:Servers:Alford:Host=0.0.0.0", "Herd:Servers:Alford:Host: '0.0.0.0' ")]
    [InlineData("--Herd:Servers:Alford:Host=::", "Herd:Servers:Alford:Host: '::' ")]
    [InlineData("--Herd:Servers:Alford:Port=13001", "Herd:Servers:Alford:Port, Herd:Servers:Bolden:Port: 127.0.0.1 port 13001 is used 2 times")]
    [InlineData("--Limits:LineBytesMax=511", "Limits:LineBytesMax: 511 is not from 512 to 8192")]
    [InlineData("--Limits:LineBytesMax=8193", "Limits:LineBytesMax: 8193 is not from 512 to 8192")]
    [InlineData("--Limits:ConnectionsMax=0", "Limits:ConnectionsMax: 0 lets nobody in")]
    [InlineData("--Limits:ConnectionsPerAddressMax=-1", "Limits:ConnectionsPerAddressMax: -1 lets nobody in")]
    [InlineData("--Limits:ClientsMax=0", "Limits:ClientsMax: 0 is not from 1 to ")]
    [InlineData("--Limits:ClockAheadMax=-00:00:01", "Limits:ClockAheadMax: -00:00:01 is not from ")]
    [InlineData("--Places:Provider=Bing", "Places:Provider: 'Bing' is not a provider; known: Embedded, Google, GoogleLegacy")]
    [InlineData("--Places:Provider=Google", "Places:Google:Key: 'Google' needs a key")]
    [InlineData("--Places:CallsPerMonthMax=many", "Places:CallsPerMonthMax: 'many' is not a whole number")]
    [InlineData("--Places:Files=a.geojson", "Places:Files: 'a.geojson' is no list; write [\"a.geojson\"] in the file, or Places:Files:0 as the key")]
    [InlineData("--Places:Files:0:Path=a.geojson", "Places:Files:0: is a section or a list; give one text")]
    [InlineData("--Places:Google:Key:0=AIza-secret", "Places:Google:Key: is a section or a list; give one text")]
    [InlineData("--Herd:PlainNeighbours=Parker", "Herd:PlainNeighbours: 'Parker' is no list")]
    [InlineData("--Herd:Servers:Alford:Neighbours=Parker", "Herd:Servers:Alford:Neighbours: 'Parker' is no list")]
    [InlineData("--Herd:Listen:Address=127.0.0.1", "Herd:Listen: is a section or a list; give one text")]
    [InlineData("--Logging:LogLevel:Default=Loud", "Logging:LogLevel:Default: 'Loud' is unknown; known: Trace, Debug, Information, Warning, Error, Critical, None")]
    [InlineData("--Logging:Console:LogLevel:ProxyHerd=all", "Logging:Console:LogLevel:ProxyHerd: 'all' is unknown; known: Trace, ")]
    [InlineData("--OTEL_EXPORTER_OTLP_ENDPOINT=collector", "OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' is no URL")]
    [InlineData("--OTEL_TRACES_SAMPLER_ARG=2", "OTEL_TRACES_SAMPLER_ARG: '2' is no share")]
    [InlineData("--Limits:ConnectionsMax=many", "Limits:ConnectionsMax: 'many' is not a whole number")]
    [InlineData("--Limits:ConnectionsMax=99999999999", "Limits:ConnectionsMax: '99999999999' is not a whole number")]
    [InlineData("--Limits:ConnectionsMax=", "Limits:ConnectionsMax: '' is not a whole number")]
    [InlineData("--Limits:ClockAheadMax=soon", "Limits:ClockAheadMax: 'soon' is not a duration")]
    [InlineData("--Herd:CatchUp=perhaps", "Herd:CatchUp: 'perhaps' is not true or false")]
    [InlineData("--Herd:Servers:Alford:LinkPort=high", "Herd:Servers:Alford:LinkPort: 'high' is not a whole number")]
    [InlineData("--Herd:Servers:Alford:LinkPort=0x10", "Herd:Servers:Alford:LinkPort: '0x10' is not a whole number")]
    [InlineData("--Herd:Servers:Alford:LinkPort:0=1", "Herd:Servers:Alford:LinkPort: is a section or a list; give a whole number")]
    [InlineData("--Expiry:After:Days=1", "Expiry:After: is a section or a list; give a duration")]
    [InlineData("--Limits:ConnectionsMax:Total=5", "Limits:ConnectionsMax: is a section or a list; give a whole number")]
    [InlineData("--Herd:Servers:Alford=x", "Herd:Servers:Alford: is one text; give a section with its keys")]
    [InlineData("--Herd:Servers=x", "Herd:Servers: is one text; give a section with its keys")]
    [InlineData("--LIMITS=strict", "Limits: is one text; give a section with its keys")]
    [InlineData("--Herd:Tls=on", "Herd:Tls: is one text; give a section with its keys")]
    [InlineData("--Places:Google=AIza-secret", "Places:Google: is one text; give a section with its keys")]
    public void TryLoad_OneMistake_NamesKeyValueAndWayOut(string argument, string mistake) =>
        Assert.StartsWith(mistake, Assert.Single(Loaded.MistakesOf(null, argument)), StringComparison.Ordinal);

    /// <summary>Its neighbours dial that port too, in plain text.</summary>
    [Theory]
    [InlineData("https://127.0.0.1:0", false)]
    [InlineData("HTTPS://127.0.0.1:0", false)]
    [InlineData("https://127.0.0.1:0", true)]
    public void TryLoad_LinesSpeakTls_NeedsAPortForLinks(string url, bool hasLinkPort)
    {
        string[] arguments = ["Alford", $"--Kestrel:Endpoints:Lines:Url={url}"];
        if (hasLinkPort)
            Loaded.From(null, [.. arguments, "--Herd:Servers:Alford:LinkPort=0"]);
        else
            Assert.StartsWith("Kestrel:Endpoints:Lines:Url: is https, and Alford's neighbours dial the same port", Assert.Single(Loaded.MistakesOf(null, arguments)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CatchUp", "Herd:CatchUp: is null; give true or false, or leave the key out")]
    [InlineData("Herd", null)]
    public void TryLoad_NullHerdValue_IsAMistakeOrNothing(string key, string? mistake)
    {
        if (mistake is not null)
            Assert.Equal([mistake], Loaded.MistakesOf($$"""{ "Herd": { "{{key}}": null, "Servers": { "Solo": { "Port": 0, "HttpPort": 0 } } } }"""));
        else
            Assert.StartsWith("Herd:Servers: names no server", Assert.Single(Loaded.MistakesOf("""{ "Herd": null }""")), StringComparison.Ordinal);
    }

    /// <summary>What is null would be no server's name and no file's path.</summary>
    [Theory]
    [InlineData("""{ "Herd": { "PlainNeighbours": [null] } }""", "Herd:PlainNeighbours:0: is null; give one text")]
    [InlineData("""{ "Herd": { "Servers": { "Solo": { "Neighbours": ["Solo", null] } } } }""", "Herd:Servers:Solo:Neighbours:1: is null; give one text")]
    [InlineData("""{ "Herd": { "Servers": { "Solo": { "Neighbours": [{}] } } } }""", "Herd:Servers:Solo:Neighbours:0: is null; give one text")]
    [InlineData("""{ "Places": { "Files": [null] } }""", "Places:Files:0: is null; give one text")]
    public void TryLoad_NullInAList_IsAMistake(string json, string mistake) =>
        Assert.Equal([mistake], Loaded.MistakesOf(json, "--Herd:Servers:Solo:Port=0", "--Herd:Servers:Solo:HttpPort=0"));

    [Theory]
    [InlineData("Limits", "strict")]
    [InlineData("Expiry", "1.00:00:00")]
    [InlineData("Kestrel", "https")]
    public void TryLoad_TextInASectionsPlace_IsAMistake(string section, string text) =>
        Assert.Equal(
            [$"{section}: is one text; give a section with its keys"],
            Loaded.MistakesOf($$"""{ "{{section}}": "{{text}}", "Herd": { "Servers": { "Solo": { "Port": 0, "HttpPort": 0 } } } }"""));

    [Theory]
    [InlineData("LineBytesMax", "a whole number")]
    [InlineData("ConnectionsMax", "a whole number")]
    [InlineData("ClockAheadMax", "a duration such as 01:00:00")]
    public void TryLoad_NullLimit_IsNotTakenForNought(string key, string noun) =>
        Assert.Equal(
            [$"Limits:{key}: is null; give {noun}, or leave the key out"],
            Loaded.MistakesOf($$"""{ "Limits": { "{{key}}": null }, "Herd": { "Servers": { "Solo": { "Port": 0, "HttpPort": 0 } } } }"""));

    [Fact]
    public void TryLoad_MistakesEverywhere_ListsThemAll()
    {
        var mistakes = Loaded.MistakesOf(
            null,
            "Clarc",
            "--Herd:Servers:Alford:Neighbours:0=Alford",
            "--Limits:LineBytesMax=abc",
            "--Limits:ConnectionsMax=def",
            "--Journal:Durability=Stone",
            "--Journal:Path=",
            "--Places:Provider=Bing",
            "--Expiry:After=00:00:30",
            "--Herd:SecretFile=/no/such/file");

        string[] expected =
        [
            "Limits:LineBytesMax: 'abc'", "Limits:ConnectionsMax: 'def'", "Herd:Name: 'Clarc'", "Herd:Servers:Alford:Neighbours: 'Alford' is its own",
            "Herd:Servers:Parker:Neighbours: 'Alford' does not name", "Journal:Durability: 'Stone'", "Places:Provider: 'Bing'", "Expiry:After: ",
            "Herd:SecretFile: ", "Journal:Path: ",
        ];
        Assert.Equal(expected.Length, mistakes.Length);
        foreach (var mistake in expected)
            Assert.Contains(mistakes, line => line.StartsWith(mistake, StringComparison.Ordinal));
    }

    /// <summary>A journal in memory needs no folder; the count of calls to Google beside it does.</summary>
    [Theory]
    [InlineData("Google", 1000, true)]
    [InlineData("GoogleLegacy", 1000, true)]
    [InlineData("Google", 0, false)]
    [InlineData("Embedded", 1000, false)]
    public void TryLoad_JournalInMemoryWithoutPath_IsAMistakeWhereCallsAreCounted(string provider, int callsMax, bool isMistake)
    {
        string[] arguments =
        [
            "--Journal:Durability=Memory",
            "--Journal:Path=",
            $"--Places:Provider={provider}",
            "--Places:Google:Key=AIza-test",
            $"--Places:CallsPerMonthMax={callsMax}",
        ];

        if (isMistake)
        {
            const string Mistake = "Journal:Path: is empty; name a folder, or give Places:CallsPerMonthMax 0";
            Assert.StartsWith(Mistake, Assert.Single(Loaded.MistakesOf(null, arguments)), StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(callsMax, Loaded.From(null, arguments).Places.CallsPerMonthMax);
        }
    }

    /// <summary>Passed over in silence, each would leave a server without what its operator believes it has.</summary>
    [Theory]
    [InlineData("""{ "Herd": { "Secert": "x" } }""", "Herd:Secert: there is no such key; known there: CatchUp, Listen, Name, PlainNeighbours, Secret, SecretFile, Servers, Tls")]
    [InlineData("""{ "Herd": { "Tls": { "IsOn": true } } }""", "Herd:Tls:IsOn: there is no such key; known there: Ca, Certificate, Key")]
    [InlineData("""{ "Herd": { "Servers": { "Solo": { "LinksPort": 1 } } } }""", "Herd:Servers:Solo:LinksPort: there is no such key; known there: Host, HttpPort, LinkPort, Neighbours, Port")]
    [InlineData("""{ "Journal": { "Durabilty": "Memory" } }""", "Journal:Durabilty: there is no such key; known there: Durability, Path")]
    [InlineData("""{ "Places": { "Google": { "Url": null } } }""", "Places:Google:Url: there is no such key; known there: BaseUrl, FieldMask, Key, KeyFile, RankPreference")]
    [InlineData("""{ "Jounal": { "Durability": "Memory" } }""", "Jounal: there is no such key; known there: Expiry, Herd, Journal, Kestrel, Limits, Logging, Logs, Places")]
    public void TryLoad_KeyThatNothingReads_NamesItAndThoseThatAreRead(string json, string mistake) =>
        Assert.Equal([mistake], Loaded.MistakesOf(json, "--Herd:Servers:Solo:Port=0", "--Herd:Servers:Solo:HttpPort=0"));

    /// <summary>Kestrel itself would listen all the same, in plain text or without the limit.</summary>
    [Theory]
    [InlineData("--Kestrel:Endpoint:Lines:Url=https://0.0.0.0:0", "Kestrel:Endpoint: there is no such key; known there: Certificates, EndpointDefaults, Endpoints")]
    [InlineData("--kestrel:limits:maxConcurrentConnections=5", "Kestrel:limits: there is no such key; known there: Certificates, EndpointDefaults, Endpoints")]
    [InlineData("--Kestrel:Endpoints:Http:Uri=https://0.0.0.0:0", "Kestrel:Endpoints:Http:Uri: there is no such key; known there: Certificate, ClientCertificateMode, Protocols, Sni, SslProtocols, Url")]
    [InlineData("--Kestrel:Endpoints:Line:Url=https://0.0.0.0:0", "Kestrel:Endpoints:Line: there is no such key; known there: Http, Lines, Links")]
    [InlineData("--Kestrel:Endpoints:Http=https://0.0.0.0:0", "Kestrel:Endpoints:Http: is one text; give a section with its keys")]
    [InlineData("--Kestrel:Endpoints:Http:Url=kiwi", "Kestrel:Endpoints:Http:Url: 'kiwi' is no address to listen on; give one such as http://127.0.0.1:14000")]
    [InlineData("--Kestrel:Endpoints:Lines:Url=", "Kestrel:Endpoints:Lines:Url: '' is no address to listen on; give one such as http://127.0.0.1:14000")]
    [InlineData("--Kestrel:Endpoints:Http:Url=http://127.0.0.1:65536", "Kestrel:Endpoints:Http:Url: 'http://127.0.0.1:65536' is no address to listen on; give one such as http://127.0.0.1:14000")]
    public void TryLoad_WhatKestrelDoesNotRead_IsAMistake(string argument, string mistake) =>
        Assert.Equal([mistake], Loaded.MistakesOf(Loaded.Solo, argument));

    [Theory]
    [InlineData("--Kestrel:EndpointDefaults:Protocols=Http1")]
    [InlineData("--Kestrel:Certificates:Default:Path=x")]
    [InlineData("--KESTREL:ENDPOINTS:HTTP:URL=http://127.0.0.1:0")]
    [InlineData("--Kestrel:Endpoints:Http:Url=http://[::1]:65535")]
    [InlineData("--Kestrel:Endpoints:Http:Url=http://unix:/tmp/kiwi")]
    public void TryLoad_KeyThatKestrelReads_IsNone(string argument) => Loaded.From(Loaded.Solo, argument);

    [Fact]
    public void TryLoad_ArgumentThatNothingReads_IsAMistake() =>
        Assert.Equal(
            ["Jounal: there is no such key; known there: Expiry, Herd, Journal, Kestrel, Limits, Logging, Logs, Places"],
            Loaded.MistakesOf(Loaded.Solo, "--Jounal:Durability=Memory"));

    /// <summary>OpenTelemetry's keys stand there, and what other programs look for.</summary>
    [Fact]
    public void TryLoad_LoneKeysAtTheTop_AreLeftAlone() =>
        Loaded.From("""{ "OTEL_SERVICE_NAME": "x", "$schema": "y", "HERD": { "servers": { "Solo": { "port": 0, "HTTPPORT": 0 } } } }""", "--OTEL_TRACES_SAMPLER=always_off");

    /// <summary>What a wrong value leaves undone is no second mistake.</summary>
    [Fact]
    public void TryLoad_WrongValuesInOneSection_ListsEachOnceAndNothingElse()
    {
        var mistakes = Loaded.MistakesOf(
            null, "--Herd:Servers:Alford:Port=abc", "--Herd:Servers:Parker:HttpPort=def", "--Herd:CatchUp=ghi");

        Assert.Equal(
            ["Herd:CatchUp: 'ghi'", "Herd:Servers:Alford:Port: 'abc'", "Herd:Servers:Parker:HttpPort: 'def'"],
            mistakes.Select(mistake => mistake[..(mistake.IndexOf(" is not", StringComparison.Ordinal))]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("{", "line 1")]
    [InlineData("{\n  \"Herd\": {\n    oops\n  }\n}", "line 3")]
    [InlineData("", "line 1")]
    [InlineData("[]", "Top-level JSON element must be an object")]
    [InlineData("""{ "Logs": { "Path": null }, "logs": { "path": "x" } }""", "duplicate key 'logs:path'")]
    public void TryLoad_BrokenJson_SaysWhere(string json, string where)
    {
        var mistake = Assert.Single(Loaded.MistakesOf(json));

        Assert.StartsWith("--config: '", mistake, StringComparison.Ordinal);
        Assert.Contains("herd.json' cannot be read: ", mistake, StringComparison.Ordinal);
        Assert.Contains(where, mistake, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing.json", "does not exist")]
    [InlineData("no/such/folder/herd.json", "does not exist")]
    [InlineData(".", "cannot be read")]
    public void TryLoad_NoFile_SaysWhichPathWasTried(string name, string mistake)
    {
        using var folder = new TemporaryFolder();
        var path = Path.GetFullPath(folder.PathOf(name));

        Assert.StartsWith($"--config: '{path}' {mistake}", Assert.Single(Loaded.MistakesOf(null, "--config", path)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "Herd": { "Servers": null } }""")]
    [InlineData("""{ "Herd": { "Servers": {} } }""")]
    [InlineData("""{ "Herd": { "Servers": [] } }""")]
    [InlineData("{}")]
    public void TryLoad_NoServers_IsOneMistake(string json) =>
        Assert.StartsWith("Herd:Servers: names no server", Assert.Single(Loaded.MistakesOf(json)), StringComparison.Ordinal);
}
