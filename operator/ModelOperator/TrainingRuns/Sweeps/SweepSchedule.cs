using ModelOperator.Api;

namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>
/// Which trials there are, as far as the results tell: a pure function of the spec, its seed and the rows on record, so that a crash or a
/// change of leader repeats nothing and skips nothing.
/// </summary>
/// <param name="Trials">Trials that may be made by now, in order; the first ones are those on record.</param>
/// <param name="IsComplete">No result can add another.</param>
/// <param name="Total">Trials that there will be, as far as can be told.</param>
public sealed record SweepSchedule(IReadOnlyList<SweepTrialPlan> Trials, bool IsComplete, int Total)
{
    /// <summary>The schedule.</summary>
    /// <param name="sweep">A valid sweep.</param>
    /// <param name="rows">Trials on record, in order.</param>
    public static SweepSchedule Of(TrainingSweep sweep, IReadOnlyList<SweepTrial> rows)
    {
        if (sweep is { Algorithm: SweepAlgorithm.SuccessiveHalving, Halving: { } halving })
            return Halve(sweep, halving, rows);
        var points = sweep.Algorithm == SweepAlgorithm.Grid ? SweepSpace.Grid(sweep) : SweepSpace.Draws(sweep, sweep.Trials ?? 1);
        return new([.. points.Select(static (p, i) => new SweepTrialPlan(i + 1, p))], true, points.Count);
    }

    /// <summary>Rows with a value, the best first; equal values by number.</summary>
    public static IEnumerable<SweepTrial> Ranked(SweepGoal goal, IEnumerable<SweepTrial> rows) => rows
        .Where(static r => r.State == SweepTrialState.Succeeded && DecimalText.Parse(r.Value) is not null)
        .OrderBy(r => DecimalText.Parse(r.Value)!.Value * (goal == SweepGoal.Minimize ? 1 : -1))
        .ThenBy(static r => r.Trial);

    private static SweepSchedule Halve(TrainingSweep sweep, SweepHalving halving, IReadOnlyList<SweepTrial> rows)
    {
        var resources = SweepRungs.Resources(halving);
        // Each with the first of its trials, whose folder all of them work in: at most one of a rung goes on from one of the rung before.
        IReadOnlyList<(SweepPoint Point, string? First)> points = [.. SweepSpace.Draws(sweep, SweepRungs.Sizes(halving, sweep.Trials ?? 1)[0]).Select(static p => (p, (string?)null))];
        List<SweepTrialPlan> trials = [];
        for (var rung = 0; rung < resources.Count; rung++)
        {
            var resource = KeyValuePair.Create(halving.Parameter, resources[rung]);
            var from = trials.Count;
            trials.AddRange(points.Select((p, i) => new SweepTrialPlan(from + i + 1, p.Point, rung + 1, resource, p.First)));
            var own = rows.Skip(from).Take(points.Count).ToList();
            var keeps = Math.Max(1, points.Count / halving.Factor);
            if (own.Count < points.Count || !own.TrueForAll(static r => r.IsOver))
                return new(trials, rung == resources.Count - 1, from + SweepRungs.Sizes(points.Count, halving.Factor, resources.Count - rung).Sum());
            points = [.. Ranked(sweep.Objective.Goal, own).Take(keeps).Select(r => (trials[r.Trial - 1].Point, halving.Resume == TrainingResume.Auto ? trials[r.Trial - 1].ContinueFrom ?? r.Uid : null))];
            if (points.Count == 0)
                break;
        }

        return new(trials, true, trials.Count);
    }
}
