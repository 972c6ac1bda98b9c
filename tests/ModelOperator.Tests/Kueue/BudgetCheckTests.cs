using ModelOperator.CarbonBudgets;
using ModelOperator.Kubernetes;
using ModelOperator.Kueue;
using ModelOperator.TrainingRuns;
using static ModelOperator.Tests.CarbonBudgets.Budgets;
using static ModelOperator.Tests.CarbonBudgets.ClusterBudgets;

namespace ModelOperator.Tests.Kueue;

/// <summary>What the budgets say to a Workload.</summary>
public sealed class BudgetCheckTests
{
    private static readonly V1TrainingRun Asker = Run("r", 600);

    public static TheoryData<string, long, long, int, string, int?> OfARun => new()
    {
        // Case, held by others (mg), settled (mg), seconds since the quota, state, requeue after. The limit is 1000 mg, the run asks for 600.
        { "nobody answered yet", 0, 0, 59, KueueApi.Pending, null },
        { "exactly what is left", 400, 0, 0, KueueApi.Pending, null },
        { "others hold too much", 401, 0, 0, KueueApi.Pending, null },
        { "others hold too much for long", 401, 0, 60, KueueApi.Retry, 300 },
        { "nobody answers", 0, 0, 60, KueueApi.Retry, 300 },
        { "too much is used until the reset", 0, 401, 0, KueueApi.Retry, 3600 },
        { "both together are too much", 300, 300, 0, KueueApi.Pending, null },
    };

    [Theory]
    [MemberData(nameof(OfARun))]
    public void A_run_that_no_budget_holds_waits_or_gives_its_quota_back(string what, long held, long settled, int since, string state, int? after)
    {
        var verdict = Decide(since, Used(Budget("b"), held, settled))!;
        Assert.True(verdict.State == state && verdict.RequeueAfter?.TotalSeconds == after, $"{what}: {verdict}");
    }

    [Fact]
    public void It_is_ready_when_every_budget_that_covers_the_run_holds_it()
    {
        var (one, two) = (Settle([Budget("one")], [Asker], Now)[0], Budget("two"));
        Assert.Equal(KueueApi.Pending, Decide(0, one, two)!.State);
        var ready = Decide(0, one, Settle([two], [Asker], Now)[0])!;
        Assert.Equal(new(KueueApi.Ready, "Reserved for TrainingRun r in one, two."), ready);
        Assert.Equal("No CarbonBudget covers TrainingRun r.", Decide(0)!.Message);
    }

    [Fact]
    public void Parameters_choose_one_budget()
    {
        var budgets = new[] { Settle([Budget("one")], [Asker], Now)[0], Used(Budget("two"), 0, 1000) };
        Assert.Equal(KueueApi.Retry, Decide(Facts(0, budgets))!.State);
        var facts = Facts(0, budgets);
        Assert.Equal(KueueApi.Ready, Decide(facts with { Check = facts.Check with { Spec = facts.Check.Spec! with { Parameters = new("modeloperator.io", "CarbonBudget", "one") } } })!.State);
    }

    [Fact]
    public void What_can_never_fit_is_rejected_and_the_message_says_what_to_do()
    {
        var verdict = Decide(0, Budget("b", "0.599"))!;
        Assert.Equal(KueueApi.Rejected, verdict.State);
        Assert.Equal("CarbonBudget team/b: needed 0.6 gCO2e, available 0.599 gCO2e of 0.599 gCO2e. It does not fit even an empty window: make the run smaller or raise the limit. The budget resets at 2026-04-01T00:00:00Z.", verdict.Message);
    }

    [Fact]
    public void The_message_names_the_budget_what_is_left_and_the_reset_which_ends_the_wait()
    {
        var facts = Facts(0, Used(Budget("b"), 0, 500));
        Assert.Equal("CarbonBudget team/b: needed 0.6 gCO2e, available 0.5 gCO2e of 1 gCO2e. The budget resets at 2026-04-01T00:00:00Z.", Decide(facts)!.Message);
        Assert.Equal(TimeSpan.FromMinutes(10), Decide(facts with { Now = new(2026, 3, 31, 23, 50, 0, TimeSpan.Zero) })!.RequeueAfter);
    }

    [Fact]
    public void A_budget_that_starts_nothing_on_an_unknown_grid_gives_the_quota_back()
    {
        var blind = Decide(0, Budget("b", change: static s => s with { IntensityUnavailable = CarbonBudgetIntensityUnavailable.Deny }))!;
        Assert.Equal((KueueApi.Retry, BudgetCheck.Recheck), (blind.State, blind.RequeueAfter));
        Assert.Contains("starts nothing while no source knows the grid", blind.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_budget_that_only_warns_lets_the_run_pass_once_the_ledger_has_booked_it()
    {
        var budget = Used(Budget("b", change: static s => s with { Enforcement = CarbonBudgetEnforcement.Warn }), 0, 1000);
        Assert.Equal(KueueApi.Ready, Decide(0, Settle([budget], [Asker], Now)[0])!.State);
    }

    [Theory]
    [InlineData(WorkloadOwner.RunGone, null, KueueApi.Retry)]
    [InlineData(WorkloadOwner.Borrowed, null, KueueApi.Rejected)]
    [InlineData(WorkloadOwner.Other, null, KueueApi.Ready)]
    [InlineData(WorkloadOwner.Other, "Allow", KueueApi.Ready)]
    [InlineData(WorkloadOwner.Other, "Reject", KueueApi.Rejected)]
    public void Pods_of_no_run_pass_unless_the_check_rejects_them_and_borrowed_labels_never_do(WorkloadOwner owner, string? others, string state)
    {
        var facts = Facts(0, Budget("b")) with { Owner = owner, Run = null };
        if (others is not null)
            facts.Check.Metadata.Annotations = new(StringComparer.Ordinal) { [KueueApi.OthersAnnotation] = others };
        Assert.Equal(state, Decide(facts)!.State);
        if (owner == WorkloadOwner.Other)
            Assert.Equal(KueueApi.Ready, Decide(facts with { Budgets = [] })!.State);
    }

    [Theory]
    [InlineData("sales", KueueApi.Ready)]
    [InlineData("research", KueueApi.Rejected)]
    [InlineData(null, KueueApi.Rejected)]
    public void A_budget_over_other_namespaces_does_not_reject_Pods_here(string? department, string state)
    {
        var cluster = Cluster("month", "9", Department);
        var labels = department is null ? null : new Dictionary<string, string>(StringComparer.Ordinal) { ["department"] = department };
        var facts = Facts(0, cluster) with { Owner = WorkloadOwner.Other, Run = null, Labels = _ => labels };
        facts.Check.Metadata.Annotations = new(StringComparer.Ordinal) { [KueueApi.OthersAnnotation] = KueueApi.RejectOthers };
        Assert.Equal(state, Decide(facts)!.State);
    }

    [Theory]
    [InlineData(false, false, true, KueueApi.Pending)]
    [InlineData(true, true, true, KueueApi.Pending)]
    [InlineData(true, false, false, KueueApi.Pending)]
    [InlineData(true, false, true, KueueApi.Retry)]
    [InlineData(true, false, true, KueueApi.Rejected)]
    public void Nothing_is_said_before_the_quota_after_the_admission_and_while_Kueue_acts(bool quota, bool admitted, bool active, string state)
    {
        var facts = Facts(0, Budget("b"));
        var workload = facts.Workload with
        {
            Spec = new() { Active = active },
            Status = new()
            {
                Conditions = [.. facts.Workload.Status!.Conditions!.Where(_ => quota), .. admitted ? [new V1Condition { Type = KueueApi.Admitted, Status = "True" }] : Array.Empty<V1Condition>()],
                AdmissionChecks = [new() { Name = "carbon", State = state }],
            },
        };
        Assert.Null(Decide(facts with { Workload = workload }));
    }

    [Fact]
    public void A_run_that_is_over_and_a_Workload_without_the_check_are_left_alone()
    {
        var facts = Facts(0, Budget("b"));
        Assert.Null(Decide(facts with { Run = Asker.Over(1) }));
        Assert.Null(Decide(facts with { Check = new() { Metadata = new() { Name = "another" } } }));
    }

    [Fact]
    public void An_AdmissionCheck_is_active_unless_its_parameters_are_of_another_kind_and_is_written_once()
    {
        var check = Facts(0).Check;
        var active = AdmissionCheckController.Decide(check, Now)!;
        Assert.Equal(("Active", "True", Now), (active.Type, active.Status, active.LastTransitionTime));
        check = check with { Status = new() { Conditions = [active] } };
        Assert.Null(AdmissionCheckController.Decide(check, Now.AddHours(1)));
        var wrong = AdmissionCheckController.Decide(check with { Spec = check.Spec! with { Parameters = new("apps", "Deployment", "x") } }, Now.AddHours(1))!;
        Assert.Equal(("False", "BadParametersRef", Now.AddHours(1)), (wrong.Status, wrong.Reason, wrong.LastTransitionTime));
    }

    private static BudgetCheckVerdict? Decide(int since, params V1CarbonBudget[] budgets) => Decide(Facts(since, budgets));

    private static BudgetCheckVerdict? Decide(BudgetCheckFacts facts) => BudgetCheck.Decide(facts);

    private static BudgetCheckFacts Facts(int since, params V1CarbonBudget[] budgets) => new()
    {
        Workload = new()
        {
            Metadata = new() { Name = "w", NamespaceProperty = "team" },
            Status = new()
            {
                Conditions = [new() { Type = KueueApi.QuotaReserved, Status = "True", LastTransitionTime = Now.AddSeconds(-since) }],
                AdmissionChecks = [new() { Name = "carbon", State = KueueApi.Pending }],
            },
        },
        Check = new() { Metadata = new() { Name = "carbon", Generation = 1 }, Spec = new() { ControllerName = KueueApi.ControllerName } },
        Owner = WorkloadOwner.Run,
        Run = Asker,
        Budgets = budgets,
        Now = Now,
    };

    /// <summary>A budget with something settled, and another run's hold.</summary>
    private static V1CarbonBudget Used(V1CarbonBudget budget, long held, long settled)
    {
        var opened = Settle([budget], held == 0 ? [] : [Run("other", held, age: 9)], Now)[0];
        return opened with { Status = opened.Status! with { SettledMilligrams = settled } };
    }
}
