using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.CanaryDeployments.Routing;
using ModelOperator.Hosting;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Objects that the tests of this folder begin with.</summary>
internal static class Canaries
{
    internal static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    internal static readonly OperatorOptions Options = new() { PrometheusUrl = "http://prometheus:9090" };

    internal static readonly CanaryMetric Errors = new() { Name = "errors", Type = CanaryMetricType.ErrorRate, MinSamples = 50 };

    internal static readonly CanaryMetric Rmse = new() { Name = "rmse", Type = CanaryMetricType.Rmse, MinSamples = 50 };

    internal static readonly CanaryMetric OwnErrors = new()
    {
        Name = "errors",
        Type = CanaryMetricType.Query,
        Query = "increase(errors{version=\"{{version}}\",code=~\"5..\"}[{{window}}])",
        SamplesQuery = "increase(requests{version=\"{{version}}\"}[{{window}}])",
        Compare = new() { Statistic = MetricStatistic.SequentialBinomial },
        MinSamples = 50,
    };
    /// <summary>The same with a metric of type Job.</summary>
    internal static CanaryDeploymentSpec WithSmoke(CanaryDeploymentSpec spec, int? interval = null) =>
        spec with { Analysis = (spec.Analysis ?? new()) with { Metrics = [.. spec.Analysis?.Metrics ?? [], Smoke with { IntervalSeconds = interval }] } };

    internal static readonly CanaryMetric Smoke = new() { Name = "smoke", Type = CanaryMetricType.Job, Job = new() { Image = "judge:1", ActiveDeadlineSeconds = 60 } };

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

    /// <summary>The same with another router, which lacks the gateway's metrics.</summary>
    internal static CanaryDeploymentSpec Routed(RouterKind kind, params IReadOnlyList<CanaryStep> steps) => kind == RouterKind.Gateway ? Spec(steps) : Spec(steps, OwnErrors) with
    {
        Server = new() { Replicas = 3 },
        TrafficRouting = new()
        {
            GatewayAPI = kind == RouterKind.GatewayApi ? new() { HttpRoute = "prices" } : null,
            Istio = kind == RouterKind.Istio ? new() { VirtualService = "prices", Routes = ["main"] } : null,
            Nginx = kind == RouterKind.Nginx ? new() { Ingress = "prices", Header = "x-canary" } : null,
            Replicas = kind == RouterKind.Replicas ? new() { Tolerance = 20 } : null,
        },
    };

    /// <summary>An A/B test of versions 2 and 3 beside version 1; versionRef names version 2.</summary>
    internal static CanaryDeploymentSpec AbSpec(Func<AbTest, AbTest>? change = null, params CanaryMetric[] guards)
    {
        var test = new AbTest
        {
            Arms = [Arm("control", 1, 34), Arm("b", 2, 33), Arm("c", 3, 33)],
            Cohort = new() { Header = "x-user-id" },
            Metrics = [new() { Name = "conversion", Type = AbTestMetricType.Conversion, Event = "purchase" }, new() { Name = "basket", Type = AbTestMetricType.MeanValue, Event = "purchase" }],
            MinSamples = 500,
            MinDurationSeconds = 60,
            MaxDurationSeconds = 600,
        };
        return new()
        {
            Model = "diamonds",
            VersionRef = new() { Name = "diamonds-2" },
            Strategy = new() { AbTest = change is null ? test : change(test) },
            Analysis = new() { IntervalSeconds = 5, Metrics = guards },
        };
    }

    internal static AbTestArm Arm(string name, int version, int weight) => new() { Name = name, VersionRef = new() { Name = $"diamonds-{version}" }, Weight = weight };

    internal static CanaryDeploymentSpec BlueGreen(BlueGreenStrategy strategy, params CanaryMetric[] metrics) =>
        Spec(null, metrics) with { Strategy = new() { BlueGreen = strategy } };

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
