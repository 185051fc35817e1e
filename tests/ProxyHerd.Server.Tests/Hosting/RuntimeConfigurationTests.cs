using System.Text.Json;
using Xunit;

namespace ProxyHerd.Server.Tests.Hosting;

/// <summary>What the build says to the runtime: a misspelled property of a project file is passed over in silence.</summary>
public sealed class RuntimeConfigurationTests
{
    /// <summary>The Web SDK would have it otherwise: a heap a core, and more memory for each.</summary>
    [Fact]
    public void Collector_OfTheServer_HasOneHeap()
    {
        using var configuration = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "ProxyHerd.Server.runtimeconfig.json")));
        var properties = configuration.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");
        Assert.False(properties.GetProperty("System.GC.Server").GetBoolean());
    }
}
