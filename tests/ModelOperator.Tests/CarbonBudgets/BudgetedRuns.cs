using ModelOperator.Carbon;
using ModelOperator.CarbonBudgets;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.CarbonBudgets;

/// <summary>What the runs of a property's world do under its budgets, each as it stands: they burn what they hold, ask, are paused, go on and end.</summary>
/// <param name="budgets">The versions of each budget, the newest last.</param>
internal sealed class BudgetedRuns(IReadOnlyList<List<V1CarbonBudget>> budgets)
{
    private readonly Dictionary<string, long> burnt = new(StringComparer.Ordinal);

    /// <summary>Milligrams that all runs have burnt.</summary>
    public long AllBurnt => burnt.Values.Sum();

    /// <summary>Milligrams that a run has burnt.</summary>
    public long Burnt(string uid) => burnt.GetValueOrDefault(uid);

    /// <summary>The newest of the budgets that cover a run.</summary>
    public IReadOnlyList<V1CarbonBudget> Covering(V1TrainingRun run) =>
        [.. budgets.Select(static b => b[^1]).Where(b => CarbonBudgetMatcher.Covers(b, run, ClusterBudgets.Labels) is true)];

    /// <summary>Milligrams that a budget holds for a run, booked ones included.</summary>
    public static long Held(V1CarbonBudget budget, V1TrainingRun run) =>
        budget.Status?.Holds?.FirstOrDefault(h => h.RunUid == run.Metadata.Uid) is { } hold ? hold.Milligrams + (hold.BookedMilligrams ?? 0) : 0;

    /// <summary>Never more than every budget holds.</summary>
    public V1TrainingRun Burn(V1TrainingRun run, long amount)
    {
        if (run.Status!.Phase == TrainingRunPhase.Running)
            burnt[run.Metadata.Uid!] = Math.Min(Burnt(run.Metadata.Uid!) + amount, Covering(run).Min(b => Held(b, run)));
        return run;
    }

    public V1TrainingRun Ask(V1TrainingRun run, long remaining) => run.Status!.Phase != TrainingRunPhase.Running ? run
        : run with { Status = run.Status with { Projection = Projection(run, remaining) } };

    public V1TrainingRun Pause(V1TrainingRun run, long remaining) => run.Status!.Phase != TrainingRunPhase.Running ? run : run with
    {
        Status = run.Status with
        {
            Phase = TrainingRunPhase.Paused,
            Pause = new() { Reason = TrainingRunReasons.PausedByBudget },
            Energy = new() { Method = "ModelledCPU", EmissionsMilligrams = Burnt(run.Metadata.Uid!) },
            Projection = Projection(run, remaining),
        },
    };

    public V1TrainingRun Resume(V1TrainingRun run) =>
        run.Status!.Phase == TrainingRunPhase.Paused && TrainingRunPlanner.HoldWhatRemains(run, Covering(run))
            ? run with { Status = run.Status with { Phase = TrainingRunPhase.Running, Pause = null } } : run;

    public V1TrainingRun End(V1TrainingRun run) =>
        run.Status!.Phase is TrainingRunPhase.Running or TrainingRunPhase.Paused ? run.Over(Burnt(run.Metadata.Uid!)) : run;

    private TrainingProjection Projection(V1TrainingRun run, long remaining) =>
        TrainingProjection.Of(new(new(Burnt(run.Metadata.Uid!)), Energy.Zero), new(new(remaining), Energy.Zero), null);
}
