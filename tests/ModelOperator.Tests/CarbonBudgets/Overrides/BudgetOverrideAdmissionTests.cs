using ModelOperator.CarbonBudgets;
using ModelOperator.CarbonBudgets.Overrides;
using ModelOperator.TrainingRuns;
using static ModelOperator.Tests.CarbonBudgets.Budgets;
using static ModelOperator.Tests.CarbonBudgets.Overrides.Things;

namespace ModelOperator.Tests.CarbonBudgets.Overrides;

public sealed class BudgetOverrideAdmissionTests
{
    private const string Argo = "system:serviceaccount:argocd:argocd-application-controller";
    private static readonly V1TrainingRun AlicesRun = Run("r0", 500).By("alice");

    private static string? Refusal(V1BudgetOverride made, string user = "bob", V1TrainingRun? run = null, V1CarbonBudget? budget = null, BudgetOverrideRules? rules = null)
    {
        var answer = BudgetOverrideAdmission.Create(made, user, run ?? AlicesRun, budget ?? Budget("a"), rules ?? Rules, Budgets.Now);
        Assert.Equal(answer.Allowed, answer.Message is null);
        return answer.Message;
    }

    [Fact]
    public void Somebody_elses_run_may_be_approved_in_ones_own_name() => Assert.Null(Refusal(Override()));

    [Fact]
    public void An_allow_listed_service_account_may_approve() => Assert.Null(Refusal(Override(user: Argo), Argo));

    [Theory]
    // who asks, approvedBy, creator of the run
    [InlineData("bob", "carol", "alice", "spec.approvedBy: 'carol' is not allowed: user bob creates the override, and nobody approves for others")]
    [InlineData("alice", "alice", "alice", "spec.approvedBy: 'alice' is not allowed: alice created TrainingRun r0; somebody else must approve")]
    [InlineData("alice", "bob", "alice", "user alice creates the override")] // not under a borrowed name either
    [InlineData("system:serviceaccount:ml:robot", "system:serviceaccount:ml:robot", "alice", "a ServiceAccount would approve whatever is committed")]
    [InlineData(Argo, "bob", "alice", "nobody approves for others")] // what git says is not who approves
    [InlineData(Argo, Argo, Argo, "somebody else must approve")] // a run that Argo CD made
    [InlineData("bob", "bob", null, "annotation modeloperator.io/created-by is missing")]
    [InlineData("Alice", "alice", "alice", "user Alice creates the override")] // names are compared as they are
    public void Who_may_not_approve_is_told_why(string user, string approvedBy, string? creator, string says) =>
        Assert.Contains(says, Refusal(Override(user: user, approvedBy: approvedBy), user, AlicesRun.By(creator)), StringComparison.Ordinal);

    [Theory]
    [InlineData(null, null, "spec.extra: needs gramsCO2e, kilowattHours or both, above zero")]
    [InlineData("0", "0.000", "above zero")]
    [InlineData("many", null, "spec.extra.gramsCO2e: 'many' is not a decimal number in range")]
    [InlineData("-1", null, "spec.extra.gramsCO2e: '-1'")]
    [InlineData("1", "-0.1", "spec.extra.kilowattHours: '-0.1'")]
    [InlineData("999999999999999", null, "spec.extra.gramsCO2e")]
    [InlineData("0.001", null, null)]
    [InlineData(null, "0.000001", null)]
    public void An_amount_is_needed_and_positive(string? grams, string? kilowattHours, string? says) => AssertSays(says, Refusal(Override(grams: grams, kilowattHours: kilowattHours)));

    [Theory]
    [InlineData(0, "spec.expiresAt: '2026-03-15T12:00:00Z' is not allowed: after 2026-03-15T12:00:00Z and at most 30 days later, 2026-04-14T12:00:00Z")]
    [InlineData(-60, "spec.expiresAt: '2026-03-15T11:00:00Z'")]
    [InlineData(1, null)]
    [InlineData(30 * 24 * 60, null)]
    [InlineData((30 * 24 * 60) + 2, "at most 30 days later")]
    public void An_expiry_is_ahead_and_bounded(int minutes, string? says) => AssertSays(says, Refusal(Override(expires: Budgets.Now.AddMinutes(minutes))));

    [Fact]
    public void Budget_and_run_are_there_and_belong_together()
    {
        Assert.Contains("spec.budget.name: '' is not allowed", Refusal(Override(budget: "")), StringComparison.Ordinal);
        Assert.Contains("spec.run.name: '' is not allowed", Refusal(Override(run: "")), StringComparison.Ordinal);
        Assert.Contains("spec.reason: '  ' is not allowed", Refusal(Override(reason: "  ")), StringComparison.Ordinal);
        Assert.Contains("spec.approvedBy: '' is not allowed", Refusal(Override(approvedBy: "")), StringComparison.Ordinal);
        Assert.Contains("spec.run.name: 'r0' is not allowed: there is no such TrainingRun", BudgetOverrideAdmission.Create(Override(), "bob", null, Budget("a"), Rules, Budgets.Now).Message, StringComparison.Ordinal);
        Assert.Contains("spec.budget.name: 'a' is not allowed: there is no such CarbonBudget", BudgetOverrideAdmission.Create(Override(), "bob", AlicesRun, null, Rules, Budgets.Now).Message, StringComparison.Ordinal);
        Assert.Contains("spec.run.uid: 'other' is not allowed: TrainingRun r0 has the UID uid-r0", Refusal(Override(uid: "other")), StringComparison.Ordinal);
        Assert.Null(Refusal(Override(uid: "uid-r0")));
        Assert.Contains("name one of its trials", Refusal(Override(), run: AlicesRun with { Spec = AlicesRun.Spec with { Sweep = new() { Algorithm = default, Objective = new() { Metric = "rmse", Goal = default } } } }), StringComparison.Ordinal);
        Assert.Contains("the run is over", Refusal(Override(), run: AlicesRun.Over(10)), StringComparison.Ordinal);
        Assert.Contains(
            "the budget does not cover TrainingRun r0", Refusal(Override(), budget: Budget("a", change: static s => s with { Selector = new() { ModelNames = ["other"] } })), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_webhook_nobody_is_known_to_approve() =>
        Assert.Contains("is not verified", Rules with { Verified = false } is var rules ? rules.Problem(Override().Spec, "bob", AlicesRun)?.Message : null, StringComparison.Ordinal);

    [Fact]
    public void What_was_approved_never_changes_and_all_else_may()
    {
        var old = Override();
        var changed = Override(grams: "5");
        Assert.Contains("delete it and create another", BudgetOverrideAdmission.Update(old, changed).Message, StringComparison.Ordinal);
        Assert.True(BudgetOverrideAdmission.Update(old, Override(age: 5) with { Status = new() }).Allowed);
        var relabelled = Override();
        relabelled.Metadata.Labels = new(StringComparer.Ordinal) { ["team"] = "b" };
        relabelled.Metadata.Finalizers = [];
        Assert.True(BudgetOverrideAdmission.Update(old, relabelled).Allowed);
        changed.Metadata.DeletionTimestamp = Budgets.Now;
        Assert.True(BudgetOverrideAdmission.Update(old, changed).Allowed);
        // Long expired, from another time, and with an approver who would not pass today: an unchanged spec passes.
        var ancient = Override(expires: Budgets.Now.AddYears(-1), approvedBy: "nobody");
        Assert.True(BudgetOverrideAdmission.Update(ancient, ancient).Allowed);
    }

    private static void AssertSays(string? says, string? refusal)
    {
        if (says is null)
            Assert.Null(refusal);
        else
            Assert.Contains(says, refusal, StringComparison.Ordinal);
    }
}
