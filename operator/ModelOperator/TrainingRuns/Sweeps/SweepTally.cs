using System.Globalization;
using ModelOperator.Api;
using ModelOperator.EnergyMetering;

namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>Counts, sums and sentences over the rows of a sweep. Pure.</summary>
internal static class SweepTally
{
    /// <summary>Rows that show their parameters.</summary>
    internal const int DetailedTrials = 50;

    /// <summary>The status with its counts and its summary.</summary>
    internal static SweepStatus Count(SweepStatus status, IReadOnlyList<SweepTrial> rows, int total)
    {
        int Of(SweepTrialState state) => rows.Count(r => r.State == state);
        var over = rows.Count(static r => r.IsOver);
        return status with
        {
            Trials = rows,
            Total = total,
            Waiting = Of(SweepTrialState.Waiting) + Of(SweepTrialState.Decided),
            Running = Of(SweepTrialState.Running),
            Succeeded = Of(SweepTrialState.Succeeded),
            Failed = Of(SweepTrialState.Failed),
            Disrupted = Of(SweepTrialState.Disrupted),
            Stopped = Of(SweepTrialState.Stopped),
            Rung = rows.Count == 0 ? null : rows[^1].Rung,
            Summary = $"{Text(over)}/{Text(total)}{(status.Best is { } best ? $" best {Short(best.Value)}" : "")}",
        };
    }

    /// <summary>Adds what an ended trial used.</summary>
    internal static EnergyRecord? Add(EnergyRecord? total, EnergyRecord? trial)
    {
        if (RunEnergyMeter.Sum(total, trial) is not { } sum)
            return null;
        return sum with
        {
            CoveragePercent = Math.Min(total?.CoveragePercent ?? 100, trial?.CoveragePercent ?? 100),
            Basis = "Sum over the trials of the sweep, losers and failures included; each trial's run says how its own was got. A trial that was deleted at work counts with what it had reserved.",
        };
    }

    /// <summary>The better of the best so far and a trial that has just succeeded; among equals the lower number.</summary>
    internal static SweepBest? Better(SweepBest? best, SweepTrial row, V1TrainingRun child, SweepGoal goal)
    {
        if (row.State != SweepTrialState.Succeeded || DecimalText.Parse(row.Value) is not { } value)
            return best;
        if (best is not null && DecimalText.Parse(best.Value) is { } held)
        {
            var gain = goal == SweepGoal.Minimize ? held - value : value - held;
            if (gain < 0 || (gain == 0 && best.Trial < row.Trial))
                return best;
        }

        return new SweepBest
        {
            Trial = row.Trial,
            Run = child.Metadata.Name,
            Uid = child.Metadata.Uid,
            Value = row.Value!,
            Choice = row.Choice,
            Params = child.Spec.Params,
            Artifact = child.Status!.Artifact,
            Metrics = child.Status.Metrics,
            Device = child.Status.Device,
            Resolved = child.Status.Resolved,
            EnergyMilliwattHours = row.EnergyMilliwattHours,
            EmissionsMilligrams = row.EmissionsMilligrams,
        };
    }

    /// <summary>True when the best has reached the target.</summary>
    internal static bool Reached(SweepObjective objective, SweepBest? best) =>
        objective.Target is { } target && DecimalText.Parse(best?.Value) is { } value
        && (objective.Goal == SweepGoal.Minimize ? value <= target : value >= target);

    /// <summary>Why the best was chosen, with the runner-up, for people and for the lineage.</summary>
    internal static string Choice(SweepObjective objective, SweepStatus status)
    {
        var best = status.Best!;
        var learner = best.Choice is { } choice ? $" ({choice})" : "";
        var text = $"Trial {Text(best.Trial)}{learner} has the {(objective.Goal == SweepGoal.Minimize ? "lowest" : "highest")} {objective.Metric}, {best.Value}, of {Text(status.Succeeded)} trials with a value";
        var second = SweepSchedule.Ranked(objective.Goal, status.Trials!).FirstOrDefault(r => r.Trial != best.Trial);
        if (second is not null)
            text += $"; the next is trial {Text(second.Trial)}{(second.Choice is { } other ? $" ({other})" : "")} with {second.Value}";
        var others = string.Join(", ", new[] { (status.Failed, "failed"), (status.Disrupted, "were deleted"), (status.Stopped, "were stopped") }
            .Where(static o => o.Item1 > 0).Select(static o => $"{Text(o.Item1)} {o.Item2}"));
        text += others.Length == 0 ? "." : $"; {others}.";
        return status.Ending == SweepReasons.TargetReached
            ? $"{text} It reached the target, {objective.Target!.Value.ToString("R", CultureInfo.InvariantCulture)}."
            : text;
    }

    /// <summary>A value in few characters.</summary>
    internal static string Short(string value) =>
        DecimalText.Parse(value) is { } number ? number.ToString("G5", CultureInfo.InvariantCulture) : value;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
