using System.Globalization;
using ModelOperator.Api;
using ModelOperator.CarbonBudgets;
using ModelOperator.CarbonBudgets.Overrides;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Operator.Tests.World;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Operator.Tests.Scenarios;

/// <summary>
/// Alice's run under a budget of nearly nothing, and Bob who lets it go further: bound, held, trained, told, settled. The budget is the namespace's, or one
/// over many; then the namespace has two of its own with room, one of the same name.
/// </summary>
/// <param name="kind">Kind of the budget of nearly nothing.</param>
internal sealed class OverrideScenario(CarbonBudgetKind kind = CarbonBudgetKind.CarbonBudget) : IScenario
{
    internal const string Name = "hotfix";

    /// <summary>A milligram: whatever the run burns is more.</summary>
    internal const long Limit = 1;

    /// <summary>What the run asks for, in milligrams.</summary>
    internal static readonly long Claim = TrainingRunEstimates.Estimate(Objects.RunSpec, OperatorInstance.Options, out _)!.EmissionsMilligramsP95;

    public async Task BeginAsync(ToyWorld world)
    {
        var own = kind == CarbonBudgetKind.CarbonBudget;
        await world.CreateAsync(ModelOperatorDescriptors.CarbonBudgets, Objects.Budget(RunScenario.Budget, own ? Grams(Limit) : "100000"));
        if (!own)
        {
            await world.CreateAsync(ModelOperatorDescriptors.CarbonBudgets, Objects.Budget(world.Space, "100000"));
            await world.CreateAsync(ModelOperatorDescriptors.ClusterCarbonBudgets, Objects.ClusterBudget(world, Grams(Limit)));
        }

        await world.CreateAsync(ModelOperatorDescriptors.TrainingRuns, Alices());
        await world.CreateAsync(ModelOperatorDescriptors.BudgetOverrides, own ? Override(world) : OfCluster(world, Override(world)));
    }

    public async Task<string?> MissingAsync(ToyWorld world)
    {
        var one = await world.GetAsync(ModelOperatorDescriptors.BudgetOverrides, Name);
        if (await new RunScenario().MissingAsync(world) is { } missing)
            return $"{missing}; override {one?.Status?.Phase}: {Conditions.Find(one?.Status?.Conditions, "Ready")?.Message}";
        var run = await world.ReadAsync(ModelOperatorDescriptors.TrainingRuns, RunScenario.Run);
        if (kind == CarbonBudgetKind.ClusterCarbonBudget
            && await world.GetAsync(ModelOperatorDescriptors.ClusterCarbonBudgets, world.Space) is var cluster && cluster?.Status is not { SettledRuns: 1, Holds: null or { Count: 0 } })
            return $"cluster budget settled {cluster?.Status?.SettledRuns}, holds {cluster?.Status?.Holds?.Count}";
        return one?.Status is { Phase: BudgetOverridePhase.Used } used && used.BookedMilligrams == run.Status!.Energy!.EmissionsMilligrams - Limit
            ? null
            : $"override {one?.Status?.Phase}, booked {one?.Status?.Booked}";
    }

    /// <summary>The same for the budget over many namespaces.</summary>
    internal static V1BudgetOverride OfCluster(ToyWorld world, V1BudgetOverride one) =>
        one with { Spec = one.Spec with { Budget = new CarbonBudgetReference { Kind = CarbonBudgetKind.ClusterCarbonBudget, Name = world.Space } } };

    internal static V1TrainingRun Alices()
    {
        var run = Objects.Run(RunScenario.Run);
        run.Metadata.Annotations = new(StringComparer.Ordinal) { [ModelOperatorApi.CreatedByAnnotation] = "alice" };
        return run;
    }

    /// <summary>As the webhook would have let it in, or, without a user, as it is sent or came in without one.</summary>
    internal static V1BudgetOverride Override(ToyWorld world, string? user = "bob", string approvedBy = "bob", string name = Name, long? milligrams = null) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = name,
            Annotations = user is null ? null : new(StringComparer.Ordinal) { [ModelOperatorApi.CreatedByAnnotation] = user },
        },
        Spec = new BudgetOverrideSpec
        {
            Budget = new CarbonBudgetReference { Name = RunScenario.Budget },
            Run = new BudgetOverrideRun { Name = RunScenario.Run },
            Extra = new BudgetOverrideExtra { GramsCO2e = Grams(milligrams ?? Claim) },
            Reason = "a fix that cannot wait",
            ExpiresAt = world.Time.GetUtcNow().AddDays(1),
            ApprovedBy = approvedBy,
        },
    };

    internal static string Grams(long milligrams) => (milligrams / 1000m).ToString("0.###", CultureInfo.InvariantCulture);
}
