using ModelOperator.CarbonBudgets;
using ModelOperator.Kubernetes.Runtime.Admission;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

public sealed class TrainingRunAdmissionTests
{
    public static TheoryData<string, TrainingRunSpec> WrongSpecs => new()
    {
        { "spec.modelName", Runs.Spec with { ModelName = "Diamonds" } },
        { "spec.env[0].name", Runs.Spec with { Env = [new TrainingEnvironment { Name = "MODELOP_OUTPUT_DIR", Value = "/" }] } },
        { "spec.env[0].name", Runs.Spec with { Env = [new TrainingEnvironment { Name = "KUBEFLOW_TRAINER_SERVER_URL", Value = "/" }] } },
        { "spec.env[1].name", Runs.Spec with { Env = [new TrainingEnvironment { Name = "A" }, new TrainingEnvironment { Name = "A" }] } },
        { "spec.env[0]", Runs.Spec with { Env = [new TrainingEnvironment { Name = "A", Value = "1", SecretKeyRef = new SecretKeyReference { Name = "s", Key = "k" } }] } },
        { "spec.params.-x", Runs.Spec with { Params = new Dictionary<string, string> { ["-x"] = "1" } } },
        { "spec.datasets[0].digest", Runs.Spec with { Datasets = [new TrainingDataset { Name = "a", Uri = "https://example.org/a.csv" }] } },
        { "spec.datasets[0].digest", Runs.Spec with { Datasets = [new TrainingDataset { Name = "a", Uri = "modelop://sha256/" + new string('a', 64), Digest = "sha256:" + new string('b', 64) }] } },
        { "spec.datasets[0].uri", Runs.Spec with { Datasets = [new TrainingDataset { Name = "a", Uri = "ftp://bucket/a" }] } },
        { "spec.datasets[1].name", Runs.Spec with { Datasets = [new TrainingDataset { Name = "a", Uri = "configmap://a" }, new TrainingDataset { Name = "a", Uri = "configmap://b" }] } },
        { "spec.resources.limits.memory", Runs.Spec with { Resources = new TrainingResources { Limits = new Dictionary<string, string> { ["memory"] = "lots" } } } },
        { "spec.resources.limits.nvidia.com/gpu", Runs.Spec with { Resources = new TrainingResources { Limits = new Dictionary<string, string> { ["nvidia.com/gpu"] = "0.5" } } } },
        { "spec.resources.requests.nvidia.com/gpu", Runs.Spec with { Resources = new TrainingResources { Requests = new Dictionary<string, string> { ["nvidia.com/gpu"] = "1" } } } },
        { "spec.resources.requests.cpu", Runs.Spec with { Resources = new TrainingResources { Limits = new Dictionary<string, string> { ["cpu"] = "1" }, Requests = new Dictionary<string, string> { ["cpu"] = "2" } } } },
        { "spec.failurePolicy.retryableExitCodes[0]", Runs.Spec with { FailurePolicy = new TrainingFailurePolicy { RetryableExitCodes = [0] } } },
        { "spec.failurePolicy.backoffMaxSeconds", Runs.Spec with { FailurePolicy = new TrainingFailurePolicy { BackoffBaseSeconds = 60, BackoffMaxSeconds = 10 } } },
        { "spec.output.aliasesOnSuccess[0]", Runs.Spec with { Output = new TrainingOutput { AliasesOnSuccess = ["v7"] } } },
        { "spec.output.aliasesOnSuccess[0]", Runs.Spec with { Output = new TrainingOutput { AliasesOnSuccess = ["latest"] } } },
    };

    [Theory]
    [MemberData(nameof(WrongSpecs))]
    public void A_wrong_field_is_refused_by_its_path_value_and_what_is_allowed(string path, TrainingRunSpec spec)
    {
        var decision = Review(null, Runs.Run(spec));
        Assert.False(decision.Allowed);
        Assert.Equal(422, decision.Code);
        Assert.Contains(decision.Causes, c => c.Field == path);
        Assert.Contains(path, decision.Message, StringComparison.Ordinal);
        // kubectl puts the field before the message of its cause.
        Assert.All(decision.Causes, c => Assert.DoesNotContain(c.Field!, c.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_plain_run_is_allowed_without_a_word()
    {
        var decision = Review(null, Runs.Run(), Runs.Budget("500"));
        Assert.True(decision.Allowed);
        Assert.Empty(decision.Warnings);
    }

    [Fact]
    public void An_estimate_above_the_whole_limit_is_denied_with_budget_need_room_and_limit()
    {
        var decision = Review(null, Runs.Run(), Runs.Budget("0.5"));
        Assert.False(decision.Allowed);
        Assert.Equal(403, decision.Code);
        Assert.Contains("CarbonBudget team-a/month: needed", decision.Message, StringComparison.Ordinal);
        Assert.Contains("available 0.5 gCO2e of 0.5 gCO2e", decision.Message, StringComparison.Ordinal);
        Assert.Contains("Estimate: Modelled", decision.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.5", 0, "ClusterCarbonBudget month: needed")] // above the whole limit
    [InlineData("500", 499_999, null)] // above what is left
    public void A_budget_over_many_namespaces_judges_by_the_same_rules_and_is_named_by_its_kind(string grams, long settled, string? denial)
    {
        var cluster = new V1ClusterCarbonBudget
        {
            Metadata = new() { Name = "month", Uid = "c" },
            Spec = new() { Limit = new() { GramsCO2e = grams }, NamespaceSelector = new() { MatchLabels = new Dictionary<string, string> { ["tier"] = "prod" } } },
            Status = new() { WindowStart = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), WindowEnd = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero), SettledMilligrams = settled },
        };
        AdmissionDecision Judge(LabelsByNamespace? labels) => TrainingRunAdmission.Review(null, Runs.Run(), [Runs.Budget("500"), cluster], Runs.Options, Runs.Start, null, labels);
        foreach (var decision in new[] { Judge(static _ => new Dictionary<string, string> { ["tier"] = "prod" }), Judge(static _ => null) })
        {
            Assert.Equal(denial is null, decision.Allowed);
            if (denial is not null)
                Assert.Contains(denial, decision.Message, StringComparison.Ordinal);
            else
                Assert.Contains("ClusterCarbonBudget month: needed", Assert.Single(decision.Warnings), StringComparison.Ordinal);
        }

        var outside = Judge(static _ => new Dictionary<string, string>());
        Assert.True(outside.Allowed);
        Assert.Empty(outside.Warnings);
    }

    [Theory]
    [InlineData(CarbonBudgetEnforcement.Queue, true, "waits until there is room")]
    [InlineData(CarbonBudgetEnforcement.Deny, false, "The budget resets at 2026-04-01T00:00:00Z")]
    [InlineData(CarbonBudgetEnforcement.Warn, true, "only warns")]
    [InlineData(CarbonBudgetEnforcement.Audit, true, null)]
    public void A_run_that_fits_the_limit_but_not_what_is_left_is_judged_by_the_enforcement(CarbonBudgetEnforcement enforcement, bool allowed, string? text)
    {
        var budget = Runs.Budget("500", enforcement: enforcement);
        budget = budget with
        {
            Status = new CarbonBudgetStatus { WindowStart = Month(3), WindowEnd = Month(4), SettledMilligrams = 499_000 },
        };
        var decision = Review(null, Runs.Run(), budget);
        Assert.Equal(allowed, decision.Allowed);
        var said = decision.Message + string.Join(" ", decision.Warnings);
        if (text is null)
            Assert.Empty(said);
        else
            Assert.Contains(text, said, StringComparison.Ordinal);
        Assert.All(decision.Warnings, w => Assert.True(w.Length <= 256));
    }

    [Fact]
    public void Budgets_that_do_not_cover_the_run_have_no_say()
    {
        var other = Runs.Budget("0.001");
        other = other with { Spec = other.Spec with { Selector = new CarbonBudgetSelector { ModelNames = ["another"] } } };
        Assert.True(Review(null, Runs.Run(), other).Allowed);
    }

    [Fact]
    public void An_update_of_an_unchanged_spec_or_of_a_run_on_its_way_out_always_passes()
    {
        var wrong = Runs.Run(Runs.Spec with { ModelName = "Wrong" });
        Assert.True(Review(wrong, wrong with { Metadata = wrong.Metadata with { Finalizers = ["x"] } }, Runs.Budget("0.001")).Allowed);
        var going = Runs.Run(Runs.Spec with { ModelName = "Other" });
        going.Metadata.DeletionTimestamp = Runs.Start;
        Assert.True(Review(wrong, going).Allowed);
    }

    [Fact]
    public void Before_the_first_attempt_the_spec_may_change()
    {
        Assert.True(Review(Runs.Run(), Runs.Run(Runs.Spec with { Image = "other" })).Allowed);
    }

    public static TheoryData<TrainingRunSpec, string?> Changes => new()
    {
        { Runs.Spec with { Image = "other" }, "spec.image" },
        { Runs.Spec with { Params = new Dictionary<string, string> { ["rounds"] = "1" } }, "spec.params" },
        { Runs.Spec with { Deadlines = new TrainingDeadlines { ActiveSeconds = 100_000 } }, null },
        { Runs.Spec with { Deadlines = new TrainingDeadlines { ActiveSeconds = 100 } }, "spec.deadlines.activeSeconds" },
        { Runs.Spec with { Deadlines = new TrainingDeadlines { StartSeconds = 1 } }, "spec.deadlines.startSeconds" },
        { Runs.Spec with { FailurePolicy = new TrainingFailurePolicy { MaxRetries = 9 } }, null },
        { Runs.Spec with { Priority = 9 }, null },
        { Runs.Spec with { Nodes = 2, Framework = TrainingFramework.Torch }, "spec.framework" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void After_the_first_attempt_only_deadlines_may_rise_and_failure_policy_and_priority_may_change(TrainingRunSpec spec, string? refused)
    {
        var old = Runs.Run(status: new TrainingRunStatus { Attempts = new TrainingAttemptCounts { Execution = 1 } });
        var decision = Review(old, Runs.Run(spec, old.Status));
        Assert.Equal(refused is null, decision.Allowed);
        if (refused is not null)
            Assert.Contains(refused, decision.Message, StringComparison.Ordinal);
    }

    private static DateTimeOffset Month(int month) => new(2026, month, 1, 0, 0, 0, TimeSpan.Zero);

    private static AdmissionDecision Review(V1TrainingRun? old, V1TrainingRun run, params V1CarbonBudget[] budgets) =>
        TrainingRunAdmission.Review(old, run, budgets, Runs.Options, Runs.Start);
}
