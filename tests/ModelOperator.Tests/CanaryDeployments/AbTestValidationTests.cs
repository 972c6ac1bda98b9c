using ModelOperator.CanaryDeployments;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>What an A/B test may say: each refusal names field, value and what is allowed.</summary>
public sealed class AbTestValidationTests
{
    private static CanaryDeploymentSpec Arms(params AbTestArm[] arms) => AbSpec(test => test with { Arms = arms });

    private static CanaryDeploymentSpec Metrics(params AbTestMetric[] metrics) => AbSpec(test => test with { Metrics = metrics });

    private static AbTestMetric Metric(string name, string of = "purchase") => new() { Name = name, Type = AbTestMetricType.Conversion, Event = of };

    public static TheoryData<string, CanaryDeploymentSpec> Wrong() => new()
    {
        { "spec.strategy.abTest: stands beside 1 steps; allowed: abTest or steps, not both", AbSpec() with { Strategy = AbSpec().Strategy! with { Steps = [Weight(5)] } } },
        { "spec.gateway.stickyHeader: \"x-id\" is not allowed beside spec.strategy.abTest", AbSpec() with { Gateway = new() { StickyHeader = "x-id" } } },
        { "spec.gateway.stickyCookie: \"session\" is not allowed beside spec.strategy.abTest", AbSpec() with { Gateway = new() { StickyCookie = "session" } } },
        { "spec.strategy.abTest.cohort: names nothing; allowed: header, cookie or both", AbSpec(test => test with { Cohort = new() }) },
        { "spec.strategy.abTest.arms: has 1 arms; 2 to 4 are allowed, the first is the control", Arms(Arm("a", 2, 100)) },
        { "spec.strategy.abTest.arms: has 5 arms", Arms([.. Enumerable.Range(1, 5).Select(i => Arm("a" + i, i, 20))]) },
        { "spec.strategy.abTest.arms[1].name: \"a\" must be a DNS label of at most 20 characters, and no other arm's", Arms(Arm("a", 1, 50), Arm("a", 2, 50)) },
        { "spec.strategy.abTest.arms[0].name: \"A.b\"", Arms(Arm("A.b", 1, 50), Arm("b", 2, 50)) },
        { "spec.strategy.abTest.arms[1].versionRef.name: \"diamonds-2\" must be a ModelVersion, <model>-<number>, and no other arm's", Arms(Arm("a", 2, 50), Arm("b", 2, 50)) },
        { "spec.strategy.abTest.arms[0].weight: 0 is not between 1 and 99", Arms(Arm("a", 1, 0), Arm("b", 2, 100)) },
        { "spec.strategy.abTest.arms: the weights make 90; together they must be 100", Arms(Arm("a", 1, 50), Arm("b", 2, 40)) },
        { "spec.versionRef.name: \"diamonds-2\" is no arm of spec.strategy.abTest; allowed: diamonds-1, diamonds-3", Arms(Arm("a", 1, 50), Arm("b", 3, 50)) },
        { "spec.strategy.abTest.metrics: has 0 metrics; 1 to 4 are allowed, the first decides", Metrics() },
        { "spec.strategy.abTest.metrics[1].name: \"m\" must be lower-case letters, digits, - and _, at most 30, and no other metric's", Metrics(Metric("m"), Metric("m")) },
        { "spec.strategy.abTest.metrics[0].event: \"Buy it\" must be lower-case letters", Metrics(Metric("m", "Buy it")) },
        { "spec.strategy.abTest.alpha: \"0.9\" is not allowed; it must be above 0 and at most 0.5", AbSpec(test => test with { Alpha = "0.9" }) },
        { "spec.strategy.abTest.minDurationSeconds: 700 is above maxDurationSeconds 600", AbSpec(test => test with { MinDurationSeconds = 700 }) },
        { "spec.analysis.metrics: 17 metrics for 2 arms make 34; at most 32 are allowed together", AbSpec(null, [.. Enumerable.Range(0, 17).Select(i => Errors with { Name = $"errors-{i}" })]) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_test_is_refused(string problem, CanaryDeploymentSpec spec) =>
        Assert.Contains(problem, CanaryDeploymentAdmission.Refusal(null, Of(spec)) ?? "", StringComparison.Ordinal);

    [Fact]
    public void A_sound_test_is_allowed()
    {
        Assert.Null(CanaryDeploymentAdmission.Refusal(null, Of(AbSpec())));
        Assert.Null(CanaryDeploymentAdmission.Refusal(null, Of(AbSpec(null, Errors, Rmse))));
        Assert.Null(CanaryDeploymentAdmission.Refusal(null, Of(AbSpec(test => test with { Cohort = new() { Cookie = "uid" } }) with { VersionRef = new() { Name = "diamonds-1" } })));
    }
}
