using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.Hosting;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Objects that the tests of this folder begin with.</summary>
internal static class Canaries
{
    internal static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    internal static readonly OperatorOptions Options = new() { PrometheusUrl = "http://prometheus:9090" };

    internal static readonly CanaryMetric Errors = new() { Name = "errors", Type = CanaryMetricType.ErrorRate, MinSamples = 50 };

    internal static readonly CanaryMetric Rmse = new() { Name = "rmse", Type = CanaryMetricType.Rmse, MinSamples = 50 };

    internal static CanaryStep Weight(int weight) => new() { SetWeight = weight };

    internal static CanaryStep Pause(int seconds) => new() { Pause = new() { DurationSeconds = seconds } };

    internal static CanaryStep Judged(int seconds = 3600) => new() { Analysis = new() { MaxDurationSeconds = seconds } };

    internal static CanaryStep Gate(int seconds = 86400, GateTimeoutAction then = GateTimeoutAction.Rollback) =>
        new() { Gate = new() { Name = "owner", TimeoutSeconds = seconds, OnTimeout = then } };

    internal static CanaryStep Mirror(int percentage) => new() { SetMirrorRoute = new() { Percentage = percentage } };

    internal static CanaryStep Header(params string[] values) => new()
    {
        SetHeaderRoute = new() { Match = [.. values.Select(v => new CanaryHeaderMatch { HeaderName = "x-beta", HeaderValue = new() { Exact = v } })] },
    };

    internal static CanaryStep Scale(int? replicas = null, int? percent = null, bool weight = false) =>
        new() { SetCanaryScale = new() { Replicas = replicas, Percent = percent, MatchTrafficWeight = weight } };

    internal static CanaryWebhook Hook(CanaryWebhookType type, string? name = null) => new() { Name = name ?? "hook", Type = type, Url = "https://hooks.example/ask" };

    internal static CanaryDeploymentSpec Spec(IReadOnlyList<CanaryStep>? steps = null, params CanaryMetric[] metrics) => new()
    {
        Model = "diamonds",
        VersionRef = new() { Name = "diamonds-1" },
        Strategy = new() { Steps = steps ?? [Weight(5), Judged(), Weight(50), Judged()] },
        Analysis = new() { IntervalSeconds = 5, Metrics = metrics.Length == 0 ? [Errors] : metrics },
    };

    internal static V1CanaryDeployment Of(CanaryDeploymentSpec spec, CanaryDeploymentStatus? status = null) => new()
    {
        Metadata = new() { Name = "prices", NamespaceProperty = "shop", Uid = "uid-prices", Generation = 1, ResourceVersion = "1" },
        Spec = spec,
        Status = status,
    };

    internal static V1CanaryDeployment Commanded(this V1CanaryDeployment canary, string? command) => canary with
    {
        Metadata = canary.Metadata with { Annotations = command is null ? null : new() { [ModelOperatorApi.CommandAnnotation] = command } },
    };

    internal static VersionView Version(string name, bool ready = true, string model = "diamonds", bool deleting = false) => new(
        name, model, ready, deleting, "sha256:" + new string('a', 64), "modelop://sha256/" + new string('a', 64), ready ? null : "the bytes are being verified");
}
