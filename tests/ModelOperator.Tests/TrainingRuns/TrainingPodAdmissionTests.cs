using ModelOperator.Api;
using ModelOperator.CarbonBudgets;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

public sealed class TrainingPodAdmissionTests
{
    private static readonly V1TrainingRun Working = Runs.Run(
        Runs.Spec with { Nodes = 2 }, new TrainingRunStatus { Phase = TrainingRunPhase.Running, Attempts = new() { Execution = 3 }, CurrentAttempt = new() { Number = 3 } });

    private static readonly V1CarbonBudget Holding = Runs.Budget("500") with
    {
        Status = new CarbonBudgetStatus { Holds = [new CarbonHold { RunUid = Working.Metadata.Uid!, RunName = Working.Metadata.Name }] },
    };

    private static readonly V1CarbonBudget OfWine = Runs.Budget("1", "wine") is var budget ? budget with { Spec = budget.Spec with { Selector = new() { ModelNames = ["wine"] } } } : budget;

    public static TheoryData<string, V1Pod, V1TrainingRun?, V1CarbonBudget[], string?> Cases => new()
    {
        { "a rank of the attempt under way, without budgets", Pod(), Working, [], null },
        { "the last rank, held by its budget", Pod("diamonds-v1-3-1"), Working, [Holding], null },
        { "a budget that covers other models", Pod(), Working, [OfWine], null },
        { "one of two budgets holds nothing", Pod(), Working, [Holding, Runs.Budget("500", "second")], "CarbonBudget team-a/second holds nothing for TrainingRun diamonds-v1" },
        { "no run of that name", Pod(), null, [], "No TrainingRun controls this Pod" },
        { "a label of a run, and nobody's Pod", Pod(owner: null), Working, [], "No TrainingRun controls this Pod" },
        { "another run's label", Pod(label: "another"), Working, [], "No TrainingRun controls this Pod" },
        { "an earlier run of the same name", Pod(owner: "gone", label: "gone"), Working, [], "No TrainingRun controls this Pod" },
        { "an earlier attempt", Pod("diamonds-v1-2-0"), Working, [Holding], "has no attempt under way that this Pod belongs to" },
        { "a rank too many", Pod("diamonds-v1-3-2"), Working, [Holding], "has no attempt under way that this Pod belongs to" },
        { "a name that only begins like a rank's", Pod("diamonds-v1-3-0-mine"), Working, [Holding], "has no attempt under way that this Pod belongs to" },
        { "a run that waits", Pod("diamonds-v1-1-0"), Runs.Run(), [], "has no attempt under way that this Pod belongs to" },
        { "a run that is over", Pod(), Working with { Status = Working.Status! with { Phase = TrainingRunPhase.Failed } }, [Holding], "has no attempt under way that this Pod belongs to" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_Pod_with_a_runs_label_starts_when_every_budget_holds_its_run(string what, V1Pod pod, V1TrainingRun? run, V1CarbonBudget[] budgets, string? expected)
    {
        var refusal = TrainingPodAdmission.Refusal(pod, run, budgets);
        if (expected is null)
            Assert.True(refusal is null, $"{what}: {refusal}");
        else
            Assert.True(refusal?.Contains(expected, StringComparison.Ordinal), $"{what}: {refusal}");
    }

    private static V1Pod Pod(string name = "diamonds-v1-3-0", string? owner = "", string? label = null) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = name,
            NamespaceProperty = "team-a",
            Labels = new(StringComparer.Ordinal) { [ModelOperatorApi.RunUidLabel] = label ?? Working.Metadata.Uid! },
            OwnerReferences = owner is null ? null : [owner.Length == 0 ? Working.ToControllerReference() : Working.ToControllerReference() with { Uid = owner }],
        },
    };
}
