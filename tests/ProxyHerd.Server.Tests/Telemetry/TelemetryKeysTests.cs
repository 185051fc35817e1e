using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using OpenTelemetry.Trace;
using ProxyHerd.Server.Telemetry;
using Xunit;

namespace ProxyHerd.Server.Tests.Telemetry;

public sealed class TelemetryKeysTests
{
    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' is no URL; give one such as http://collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "/v1", "OTEL_EXPORTER_OTLP_ENDPOINT: '/v1' is no URL; give one such as http://collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' is unknown; known: grpc, http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "collector", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'collector' is no URL; give one such as http://collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http", "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http' is unknown; known: grpc, http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "2s", "OTEL_EXPORTER_OTLP_TIMEOUT: '2s' is no number of milliseconds; give one such as 2000")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "0", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '0' is no number of milliseconds; give one such as 2000")]
    [InlineData(
        "OTEL_EXPORTER_OTLP_HEADERS",
        "s3cret",
        "OTEL_EXPORTER_OTLP_HEADERS: is no list of headers, and not shown, since it may hold a password; give name=value,name=value")]
    [InlineData(
        "OTEL_TRACES_SAMPLER",
        "sometimes",
        "OTEL_TRACES_SAMPLER: 'sometimes' is unknown; known: always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off, parentbased_traceidratio")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "half", "OTEL_TRACES_SAMPLER_ARG: 'half' is no share; give a number from 0 to 1")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "1.1", "OTEL_TRACES_SAMPLER_ARG: '1.1' is no share; give a number from 0 to 1")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "-0.1", "OTEL_TRACES_SAMPLER_ARG: '-0.1' is no share; give a number from 0 to 1")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "NaN", "OTEL_TRACES_SAMPLER_ARG: 'NaN' is no share; give a number from 0 to 1")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "-Infinity", "OTEL_TRACES_SAMPLER_ARG: '-Infinity' is no share; give a number from 0 to 1")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "10%", "OTEL_TRACES_SAMPLER_ARG: '10%' is no share; give a number from 0 to 1")]
    public void FindMistakes_WrongValue_NamesKeyValueAndWayOut(string key, string value, string mistake) =>
        Assert.Equal([mistake], TelemetryKeys.FindMistakes(Of((key, value))));

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example/otlp")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Basic%20eDp5,x-tenant=a")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "500")]
    [InlineData("OTEL_TRACES_SAMPLER", "")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "0")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "1.0")]
    public void FindMistakes_GoodValue_FindsNone(string key, string value) => Assert.Empty(TelemetryKeys.FindMistakes(Of((key, value))));

    [Theory]
    [InlineData(null, null, "ParentBased{LinksAlways(TraceIdRatioBasedSampler{0.100000})}")]
    [InlineData(null, "0.5", "ParentBased{LinksAlways(TraceIdRatioBasedSampler{0.500000})}")]
    [InlineData("always_on", "0.5", "AlwaysOnSampler")]
    [InlineData("always_off", null, "AlwaysOffSampler")]
    [InlineData("traceidratio", "0.25", "TraceIdRatioBasedSampler{0.250000}")]
    [InlineData("parentbased_traceidratio", null, "ParentBased{TraceIdRatioBasedSampler{1.000000}}")]
    [InlineData("parentbased_always_off", null, "ParentBased{AlwaysOffSampler}")]
    public void SamplerOf_NameAndArgument_IsTheOneThatTheySay(string? name, string? argument, string sampler) =>
        Assert.Equal(sampler, TelemetryKeys.SamplerOf(Of(("OTEL_TRACES_SAMPLER", name), ("OTEL_TRACES_SAMPLER_ARG", argument))).Description);

    [Theory]
    [InlineData("0", "link session", SamplingDecision.RecordAndSample)]
    [InlineData("0", "WHATSAT", SamplingDecision.Drop)]
    [InlineData("1", "WHATSAT", SamplingDecision.RecordAndSample)]
    public void SamplerOf_Default_KeepsLinksAndAShareOfTheOthers(string share, string name, SamplingDecision decision)
    {
        var sampler = TelemetryKeys.SamplerOf(Of(("OTEL_TRACES_SAMPLER_ARG", share)));
        var parameters = new SamplingParameters(default, ActivityTraceId.CreateRandom(), name, ActivityKind.Server);

        Assert.Equal(decision, sampler.ShouldSample(parameters).Decision);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "", false, false)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317", true, true)]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:4317", true, false)]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://127.0.0.1:4317", false, true)]
    public void HasCollector_OnlyWhereOneIsNamed(string key, string value, bool ofTraces, bool ofMetrics)
    {
        var configuration = Of((key, value));

        Assert.Equal(
            (ofTraces, ofMetrics),
            (TelemetryKeys.HasCollector(configuration, TelemetryKeys.Traces), TelemetryKeys.HasCollector(configuration, TelemetryKeys.Metrics)));
    }

    private static IConfigurationRoot Of(params (string Key, string? Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Key, pair.Value))).Build();
}
