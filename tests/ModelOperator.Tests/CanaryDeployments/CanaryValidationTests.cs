using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

public sealed class CanaryValidationTests
{
    private static CanaryDeploymentSpec Metric(Func<CanaryMetric, CanaryMetric> change) => Spec(null, change(Errors));

    private static readonly CanaryMetric Query = new() { Name = "mine", Type = CanaryMetricType.Query, Query = "sum(x{v=\"{{version}}\"})", Threshold = new() { Max = "1" } };

    private static CanaryDeploymentSpec Hooked(params CanaryWebhook[] hooks) => Spec() with { Webhooks = hooks };

    private static CanaryDeploymentSpec OnCuda(Func<ModelServerTemplate, ModelServerTemplate> change) =>
        Spec() with { Server = change(new() { Device = "cuda", Limits = new Dictionary<string, string> { ["nvidia.com/gpu"] = "1" } }) };

    public static TheoryData<string, CanaryDeploymentSpec> Wrong() => new()
    {
        { "spec.model: must name a Model", Spec() with { Model = "" } },
        { "spec.versionRef.name: must name a ModelVersion", Spec() with { VersionRef = new() { Name = "" } } },
        { "spec.versionRef.name: \"champion\" is no name of a ModelVersion; allowed: <model>-<number>", Spec() with { VersionRef = new() { Name = "champion" } } },
        { "spec.versionRef.name: \"x-1.5\" is no name", Spec() with { VersionRef = new() { Name = "x-1.5" } } },
        { "spec.service: \"prices-gateway\" is the name of a Service that the operator makes", Spec() with { Service = "prices-gateway" } },
        { "spec.service: \"prices-12\" is the name of a Service that the operator makes", Spec() with { Service = "prices-12" } },
        { "spec.service: \"prices-preview\" is the name of a Service that the operator makes", Spec() with { Service = "prices-preview" } },
        { "spec.server.maxConcurrentRequests: 0 is not between 1 and 100000 requests", Spec() with { Server = new() { MaxConcurrentRequests = 0 } } },
        { "spec.server.maxQueuedRequests: -1 is not between 0 and 100000 requests", Spec() with { Server = new() { MaxQueuedRequests = -1 } } },
        { "spec.server.requestTimeoutSeconds: 3601 is not between 1 and 3600 seconds", Spec() with { Server = new() { RequestTimeoutSeconds = 3601 } } },
        { "spec.server.device: \"gpu\" is not allowed; it must be cpu or cuda", Spec() with { Server = new() { Device = "gpu" } } },
        { "spec.server.device: \"cuda\" needs a GPU in spec.server.limits, such as nvidia.com/gpu", Spec() with { Server = new() { Device = "cuda" } } },
        { "spec.server.device: \"cuda\" needs a GPU in spec.server.limits", OnCuda(s => s with { Limits = new Dictionary<string, string> { ["nvidia.com/gpu"] = "0", ["cpu"] = "4" } }) },
        { "spec.server.variant: \"int8\" is for processors; allowed with device cuda are fp16, and none", OnCuda(s => s with { Variant = "int8" }) },
        { "spec.server.variant: \"prune-round\" is for processors", OnCuda(s => s with { Variant = "prune-round" }) },
        { "spec.server.batchRows: 0 is not between 1 and 10000 rows", OnCuda(s => s with { BatchRows = 0 }) },
        { "spec.server.batchMilliseconds: 1001 is not between 0 and 1000 milliseconds", OnCuda(s => s with { BatchMilliseconds = 1001 }) },
        { "spec.server.batchRows: 8 is for a GPU, where requests go together; allowed with device cuda alone", Spec() with { Server = new() { BatchRows = 8 } } },
        { "spec.server.batchMilliseconds: 2 is for a GPU", Spec() with { Server = new() { Device = "cpu", BatchMilliseconds = 2 } } },
        { "spec.rollbackWindow: needs revisions, seconds or both", Spec() with { RollbackWindow = new() } },
        { "spec.strategy.steps: has 1 steps beside spec.strategy.blueGreen; only one of the two is allowed", Spec() with { Strategy = new() { Steps = [Weight(5)], BlueGreen = new() } } },
        { "spec.strategy.bakeTimeSeconds: 60 beside spec.strategy.blueGreen; its watch is blueGreen.postPromotionAnalysis", Spec() with { Strategy = new() { BakeTimeSeconds = 60, BlueGreen = new() } } },
        { "spec.strategy.blueGreen.prePromotionAnalysis.metrics: \"errors\" measures traffic of the gateway", BlueGreen(new() { PrePromotionAnalysis = new() }) },
        { "spec.strategy.blueGreen.prePromotionAnalysis.metrics: \"mine\" measures traffic of the gateway", BlueGreen(new() { PrePromotionAnalysis = new() }, Query with { Query = "sum(modelop_gateway_weight{v=\"{{version}}\"})" }) },
        { "spec.strategy.blueGreen.postPromotionAnalysis.metrics: \"p95\" is no metric of spec.analysis.metrics; allowed: errors", BlueGreen(new() { PostPromotionAnalysis = new() { Metrics = ["p95", "errors"] } }) },
        { "spec.strategy.blueGreen.postPromotionAnalysis: has no metric that decides", BlueGreen(new() { PostPromotionAnalysis = new() }, Errors with { DryRun = true }) },
        { "spec.strategy.steps[0]: has 0 members; exactly one of setWeight, setMirrorRoute, setHeaderRoute, setCanaryScale, pause, analysis, gate is allowed", Spec([new()]) },
        { "spec.strategy.steps[0]: has 2 members", Spec([new() { SetWeight = 5, Gate = new() }]) },
        { "spec.strategy.steps[0].setWeight: 101 is not between 0 and 100", Spec([Weight(101)]) },
        { "spec.strategy.steps[1].setWeight: 4 is below the 5 of an earlier step; weights never fall", Spec([Weight(5), Weight(4)]) },
        { "spec.strategy.steps[0].analysis: no earlier setWeight, setHeaderRoute or setMirrorRoute gives the canary requests; there would be nothing to judge", Spec([Judged()]) },
        { "spec.strategy.steps[2].analysis: no earlier setWeight, setHeaderRoute or setMirrorRoute", Spec([Header("on"), Header(), Judged()]) },
        { "spec.strategy.steps[2].analysis: no earlier setWeight, setHeaderRoute or setMirrorRoute", Spec([Mirror(100), Mirror(0), Judged()]) },
        { "spec.strategy.steps[1].analysis: the canary gets nothing but copies of requests, and no metric that decides sees them; allowed: a metric of type ErrorRate, Latency,", Spec([Mirror(100), Judged()], Rmse, Errors with { DryRun = true }) },
        { "spec.strategy.steps[1].analysis: the canary gets nothing but copies", Spec([Mirror(100), Judged()], Query with { Query = "modelop_gateway_requests_total{version=\"{{version}}\"}" }) },
        { "spec.strategy.steps[0].setMirrorRoute.percentage: 101 is not between 0 and 100", Spec([Mirror(101)]) },
        { "spec.strategy.steps[0].setCanaryScale: has 0 members; exactly one of replicas, percent, matchTrafficWeight", Spec([Scale()]) },
        { "spec.strategy.steps[0].setCanaryScale: has 2 members", Spec([Scale(2, 50)]) },
        { "spec.strategy.steps[0].setCanaryScale.percent: 101 is not between 1 and 100", Spec([Scale(percent: 101)]) },
        { "spec.strategy.steps[0].setCanaryScale.replicas: 0 is not between 1 and 1000", Spec([Scale(0)]) },
        { "spec.strategy.steps[0].setHeaderRoute.match[1].headerValue: \"é\" is not allowed; 1 to 128 letters, digits", Spec([Header("on", "é")]) },
        { "spec.strategy.steps[0].setHeaderRoute.match: has 9 entries; at most 8", Spec([Header("1", "2", "3", "4", "5", "6", "7", "8", "9")]) },
        { "spec.strategy.steps[0].setHeaderRoute.match[0].headerName: \"x beta\" is no header name", Spec([new() { SetHeaderRoute = new() { Match = [new() { HeaderName = "x beta", HeaderValue = new() { Prefix = "on" } }] } }]) },
        { "spec.strategy.steps[0].setHeaderRoute.match[0].headerValue: needs exactly one of exact and prefix", Spec([new() { SetHeaderRoute = new() { Match = [new() { HeaderName = "x-beta", HeaderValue = new() }] } }]) },
        { "spec.strategy.steps[1].analysis: spec.analysis.metrics has no metric that decides", Spec([Weight(5), Judged()], Errors with { DryRun = true }) },
        { "spec.analysis.metrics[1].name: \"errors\" is used twice", Spec(null, Errors, Errors) },
        { "spec.analysis.metrics[0].query: type Query needs a PromQL query", Spec(null, Query with { Query = " " }) },
        { "spec.analysis.metrics[0].query: only types Query, Auc, PredictionDrift, CarbonPer1000Predictions take a query; type ErrorRate has its own", Metric(m => m with { Query = "x" }) },
        { "spec.analysis.metrics[0].query: column 5: unknown placeholder {{pod}}; allowed: {{version}}, {{canary}}, {{namespace}}, {{window}}", Spec(null, Query with { Query = "sum({{pod}})" }) },
        { "unknown placeholder {{ version }}", Spec(null, Query with { Query = "sum(x{v=\"{{ version }}\"})" }) },
        { "both versions would give the same number", Spec(null, Query with { Query = "sum(x)", Compare = new() }) },
        { "spec.analysis.metrics[0]: type Latency needs at least one of threshold, compare, successCondition, failureCondition", Metric(m => m with { Type = CanaryMetricType.Latency }) },
        { "spec.analysis.metrics[0].threshold: needs min, max or both", Metric(m => m with { Threshold = new() }) },
        { "spec.analysis.metrics[0].threshold: min 2 is above max 1", Metric(m => m with { Threshold = new() { Min = "2", Max = "1" } }) },
        { "spec.analysis.metrics[0].threshold.max: \"many\" is not a decimal number", Metric(m => m with { Threshold = new() { Max = "many" } }) },
        { "spec.analysis.metrics[0].compare.alpha: \"0.0\" is not allowed", Metric(m => m with { Compare = new() { Alpha = "0.0" } }) },
        { "spec.analysis.metrics[0].compare.tolerance: \"1\" is not allowed", Metric(m => m with { Compare = new() { Tolerance = "1", Harm = HarmDirection.Decrease } }) },
        { "spec.analysis.metrics[0].successCondition: \"reslt < 1\": column 1: unknown name \"reslt\"; allowed: result, stable,", Metric(m => m with { SuccessCondition = "reslt < 1" }) },
        { "spec.analysis.metrics[0].failureCondition: \"result > 1 &\": column 12: \"&\" alone means nothing; write \"&&\".", Metric(m => m with { FailureCondition = "result > 1 &" }) },
        { "spec.analysis.metrics[0].successCondition: asks for stable, but query has no {{version}}", Spec(null, Query with { Query = "sum(x)", SuccessCondition = "result < stable" }) },
        { "spec.analysis.metrics[0].samplesQuery: only type Query takes one; type ErrorRate counts its own", Metric(m => m with { SamplesQuery = "x" }) },
        { "spec.analysis.metrics[0].samplesQuery: must be a PromQL query", Spec(null, Query with { SamplesQuery = " " }) },
        { "spec.analysis.metrics[0].samplesQuery: column 1: unknown placeholder {{pod}}", Spec(null, Query with { SamplesQuery = "{{pod}}" }) },
        { "spec.analysis.metrics[0].samplesQuery: compared with the stable version but has no {{version}}", Spec(null, Query with { Query = "{{version}}", SamplesQuery = "x", Compare = new() }) },
        { "spec.analysis.metrics[0].samplesQuery: has no {{version}}, but query has", Spec(null, Query with { SamplesQuery = "x" }) },
        { "spec.analysis.metrics[0].query: has no {{version}}: the number of both versions together would be taken for the new one's; allowed: {{version}} in it, scope: Shared, or dryRun: true", Spec(null, Query with { Query = "sum(x)" }) },
        { "spec.analysis.metrics[0].query: has no {{version}}", Spec(null, Query with { Query = "sum(x)", Threshold = null, FailureCondition = "result > 1" }) },
        { "spec.analysis.metrics[0].query: has no {{version}}", Spec(null, Query with { Type = CanaryMetricType.CarbonPer1000Predictions, Query = "sum(x)" }) },
        { "spec.analysis.metrics[0].scope: Shared does not fit a query with {{version}}, nor a comparison with the stable version; allowed: Version", Spec(null, Query with { Scope = MetricScope.Shared }) },
        { "spec.analysis.metrics[0].scope: Shared does not fit type ErrorRate, whose number is the version's own; allowed: Version", Metric(m => m with { Scope = MetricScope.Shared }) },
        { "spec.analysis.metrics[0].compare.statistic: Relative does not fit type ErrorRate; allowed: SequentialBinomial", Metric(m => m with { Compare = new() { Statistic = MetricStatistic.Relative } }) },
        { "spec.analysis.metrics[0].compare.statistic: MannWhitney does not fit type Latency; allowed: Relative, SequentialQuantile", Metric(m => m with { Type = CanaryMetricType.Latency, Compare = new() { Statistic = MetricStatistic.MannWhitney } }) },
        { "spec.analysis.metrics[0].compare.statistic: SequentialMean does not fit type Rmse; allowed: Relative", Metric(m => m with { Type = CanaryMetricType.Rmse, Compare = new() { Statistic = MetricStatistic.SequentialMean } }) },
        { "spec.analysis.metrics[0].samplesQuery: statistic SequentialBinomial needs it", Spec(null, Query with { Query = "{{version}}", Compare = new() { Statistic = MetricStatistic.SequentialBinomial } }) },
        { "spec.analysis.metrics[0].compare.harm: Decrease does not fit statistic SequentialQuantile", Spec(null, Query with { Query = "{{version}}", Compare = new() { Statistic = MetricStatistic.SequentialQuantile, Harm = HarmDirection.Decrease } }) },
        { "spec.analysis.metrics[0].windowSeconds: 60 does not fit statistic SequentialQuantile, which needs all data since the step began", Metric(m => m with { Type = CanaryMetricType.Latency, WindowSeconds = 60, Compare = new() { Statistic = MetricStatistic.SequentialQuantile } }) },
        { "spec.analysis.metrics[0].query: has no {{window}}", Spec(null, Query with { Query = "{{version}}[5m]", Compare = new() { Statistic = MetricStatistic.SequentialMean } }) },
        { "spec.analysis.metrics[0].samplesQuery: has no {{window}}", Spec(null, Query with { Query = "{{version}}{{window}}", SamplesQuery = "{{version}}", Compare = new() { Statistic = MetricStatistic.SequentialBinomial } }) },
        { "spec.analysis.metrics[0].compare.range: only statistic SequentialMean takes a range, not Relative", Spec(null, Query with { Query = "{{version}}", Compare = new() { Range = new() { Min = "0", Max = "1" } } }) },
        { "spec.analysis.metrics[0].compare.range: needs min below max, not \"1\" and \"1\"", Spec(null, Query with { Query = "{{version}}{{window}}", Compare = new() { Statistic = MetricStatistic.SequentialMean, Range = new() { Min = "1", Max = "1" } } }) },
        { "spec.analysis.metrics[0].failureLimit: -1 (any number) needs count or consecutiveSuccessLimit", Metric(m => m with { FailureLimit = -1 }) },
        { "spec.analysis.metrics[0].inconclusiveLimit: -2 is below -1", Metric(m => m with { InconclusiveLimit = -2 }) },
        { "spec.analysis.metrics[0].count: 3 is below failureLimit 2 plus consecutiveSuccessLimit 2", Metric(m => m with { Count = 3, FailureLimit = 2, ConsecutiveSuccessLimit = 2 }) },
        { "spec.analysis.metrics[0].count: 3 is below inconclusiveLimit 4", Metric(m => m with { Count = 3, InconclusiveLimit = 4 }) },
        { "spec.analysis.metrics[0].maxDurationSeconds: 60 is not above initialDelaySeconds 60", Metric(m => m with { MaxDurationSeconds = 60, InitialDelaySeconds = 60 }) },
        { "spec.webhooks[1].name: \"hook\" must be set and unique", Hooked(Hook(CanaryWebhookType.LoadTest), Hook(CanaryWebhookType.Rollback)) },
        { "spec.webhooks[0].url: \"gopher://...\" is no http or https address", Hooked(Hook(CanaryWebhookType.LoadTest) with { Url = "gopher://x" }) },
        { "spec.webhooks[0].url: \"https://...\" is no http or https address without user and password", Hooked(Hook(CanaryWebhookType.LoadTest) with { Url = "https://me:secret@hooks.example/ask" }) },
        { "spec.webhooks[0].callTimeoutSeconds: 61 is not between 1 and 60", Hooked(Hook(CanaryWebhookType.LoadTest) with { CallTimeoutSeconds = 61 }) },
        { "spec.webhooks[0].retries: 6 is not between 0 and 5", Hooked(Hook(CanaryWebhookType.LoadTest) with { Retries = 6 }) },
        { "spec.webhooks[0].intervalSeconds: 4 is not between 5 and 86400", Hooked(Hook(CanaryWebhookType.Rollback) with { IntervalSeconds = 4 }) },
        { "spec.webhooks[0].intervalSeconds: type LoadTest is called once per step", Hooked(Hook(CanaryWebhookType.LoadTest) with { IntervalSeconds = 5 }) },
        { "spec.webhooks[0].timeoutSeconds: nothing waits for type Rollback", Hooked(Hook(CanaryWebhookType.Rollback) with { TimeoutSeconds = 5 }) },
        { "spec.webhooks[0].onTimeout: nothing waits for type LoadTest", Hooked(Hook(CanaryWebhookType.LoadTest) with { OnTimeout = GateTimeoutAction.Promote }) },
        { "spec.webhooks[0].headersFrom[0].name: \"content-type\" is set by the operator itself", Hooked(Hook(CanaryWebhookType.LoadTest) with { HeadersFrom = [new() { Name = "content-type", SecretKeyRef = new() { Name = "s", Key = "k" } }] }) },
        { "spec.webhooks[0].headersFrom[0].secretKeyRef: must name a Secret and a key", Hooked(Hook(CanaryWebhookType.LoadTest) with { HeadersFrom = [new() { Name = "Authorization", SecretKeyRef = new() { Name = "", Key = "k" } }] }) },
        { "spec.webhooks: has 9 entries; at most 8 are allowed", Hooked([.. Enumerable.Range(0, 9).Select(i => Hook(CanaryWebhookType.LoadTest, "h" + i))]) },
        { "spec.notices[0]: needs exactly one of url and urlFrom", Spec() with { Notices = [new() { Name = "team" }] } },
        { "spec.notices[0].url: \"ftp://...\" is no http or https address", Spec() with { Notices = [new() { Name = "team", Url = "ftp://x" }] } },
        { "spec.notices[1].name: \"team\" must be set and unique", Spec() with { Notices = [new() { Name = "team", Url = "http://x" }, new() { Name = "team", Url = "http://y" }] } },
        { "spec.notices[0].urlFrom: must name a Secret and a key", Spec() with { Notices = [new() { Name = "team", UrlFrom = new() { Name = "s", Key = "" } }] } },
        { "spec.carbon.maxIntensity: 5001 is not between 0 and 5000", Spec() with { Carbon = new() { MaxIntensity = 5001 } } },
        { "spec.carbon.maxDelaySeconds: 0 is not between 1 and 604800", Spec() with { Carbon = new() { MaxIntensity = 100, MaxDelaySeconds = 0 } } },
        { "spec.server.limits[memory]: \"lots\" is not a quantity such as 500m, 2 or 1Gi", Spec() with { Server = new() { Limits = new Dictionary<string, string> { ["memory"] = "lots" } } } },
        { "spec.server.requests[cpu]: \"-1\" is not a quantity", Spec() with { Server = new() { Requests = new Dictionary<string, string> { ["cpu"] = "-1" } } } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_field_is_named_with_its_value_and_what_is_allowed(string words, CanaryDeploymentSpec spec)
    {
        var refusal = CanaryDeploymentAdmission.Refusal(null, Of(spec));
        Assert.Contains(words, refusal, StringComparison.Ordinal);
        Assert.Single(CanaryValidation.Problems(Of(spec)));
    }

    [Theory]
    [InlineData("1prices")]
    [InlineData("a.b")]
    [InlineData("a-name-of-more-than-forty-characters-is-too-long")]
    public void A_name_that_cannot_name_services_is_refused(string name)
    {
        var canary = Of(Spec());
        canary.Metadata.Name = name;
        Assert.Contains($"metadata.name: \"{name}\" must be a DNS label of at most 40 characters", CanaryDeploymentAdmission.Refusal(null, canary), StringComparison.Ordinal);
    }

    [Fact]
    public void A_sound_object_passes_and_so_does_every_combination_of_the_readme()
    {
        Assert.Null(CanaryDeploymentAdmission.Refusal(null, Of(Spec(null, Errors, Rmse, Query with { Query = "sum(x{v=\"{{version}}\"}[{{window}}])", Compare = new() }))));
        var series = Query with { Query = "rate(x{v=\"{{version}}\"}[1m])[{{window}}:1m]" };
        Assert.Null(CanaryDeploymentAdmission.Refusal(null, Of(Spec(
            null,
            Errors with { Count = 5, FailureLimit = -1, ConsecutiveSuccessLimit = 3, InconclusiveLimit = 5, FailureCondition = "result > 0.2 || result > 5 * stable" },
            new() { Name = "p99", Type = CanaryMetricType.Latency, Quantile = "0.99", SuccessCondition = "result <= 0.4", Compare = new() { Statistic = MetricStatistic.SequentialQuantile } },
            series with { Name = "ranks", Compare = new() { Statistic = MetricStatistic.MannWhitney } },
            series with { Name = "mean", Compare = new() { Statistic = MetricStatistic.SequentialMean, Range = new() { Min = "0", Max = "1" } } },
            series with { Name = "share", SamplesQuery = "n{v=\"{{version}}\"}[{{window}}]", Compare = new() { Statistic = MetricStatistic.SequentialBinomial, Harm = HarmDirection.Decrease } },
            new() { Name = "any", Type = CanaryMetricType.Query, Query = "up", Scope = MetricScope.Shared, SuccessCondition = "len(result) > 0 and all(result, # == 1)", MaxDurationSeconds = 60, InitialDelaySeconds = 30, IntervalSeconds = 5 }))));
        // A number of both versions together, said to be one, or deciding nothing.
        Assert.Null(CanaryDeploymentAdmission.Refusal(null, Of(Spec(
            null, Errors, Query with { Query = "sum(x)", SamplesQuery = "n", Scope = MetricScope.Shared }, Query with { Name = "dry", Query = "sum(x)", DryRun = true }))));
        Assert.Null(CanaryDeploymentAdmission.Refusal(null, Of(BlueGreen(
            new() { PrePromotionAnalysis = new() { Metrics = ["rmse"] }, AutoPromotionSeconds = 60, PostPromotionAnalysis = new() }, Errors, Rmse))));
        Assert.Null(CanaryDeploymentAdmission.Refusal(null, Of(Spec() with { Strategy = new() { BakeTimeSeconds = 600 } })));
        // Copies alone are judged by what sees them; late truth is waited for where there is some.
        Assert.Null(CanaryDeploymentAdmission.Refusal(null, Of(Spec([Mirror(20), Judged(60), Weight(10), Judged(900)], Errors, Rmse with { LabelDelaySeconds = 600 }))));
        Assert.Null(CanaryDeploymentAdmission.Refusal(null, Of(new() { Model = "diamonds", VersionRef = new() { Name = "diamonds-1" } })));
    }

    [Fact]
    public void Unchanged_and_going_objects_always_pass_so_that_an_upgrade_never_traps_one()
    {
        var wrong = Of(Spec([Weight(101)]));
        Assert.NotNull(CanaryDeploymentAdmission.Refusal(null, wrong));
        Assert.Null(CanaryDeploymentAdmission.Refusal(Of(Spec([Weight(101)])), wrong));
        Assert.NotNull(CanaryDeploymentAdmission.Refusal(Of(Spec([Weight(102)])), wrong));
        wrong.Metadata.DeletionTimestamp = Start;
        Assert.Null(CanaryDeploymentAdmission.Refusal(null, wrong));
    }
}
