using ModelOperator.Api;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Plans;
using ModelOperator.TrainingRuns.Sweeps;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// A run with a sweep makes no Pods: it records trials, makes a child run for each, and registers the best. docs/sweeps.md shows the states.
/// </summary>
public static partial class TrainingRunPlanner
{
    private const string PauseTrials = "pause sweep-";

    /// <summary>Time between two looks for a name that somebody else holds.</summary>
    private static readonly TimeSpan NameRetry = TimeSpan.FromSeconds(10);

    private static readonly Rule[] SweepRules = [Deleted, Over, Registering, SweepInvalid, SweepChanged, SweepWaits, SweepUnderWay];

    /// <summary>Whether the run works by trials.</summary>
    internal static bool IsSweep(V1TrainingRun run) => run.Spec.Sweep is not null || run.Status?.Sweep is not null;

    /// <summary>The spec is judged until the first trial is on record; afterwards it may not change, and a stricter rule must not end it.</summary>
    private static bool SweepInvalid(TrainingRunDraft draft)
    {
        if (draft.Status.Sweep?.Trials is { Count: > 0 })
            return false;
        return Invalid(draft) || Stopped(draft);
    }

    /// <summary>Trials by different rules cannot be compared: no more are made. Those under way go on unless the run is stopped.</summary>
    private static bool SweepChanged(TrainingRunDraft draft)
    {
        if (draft.Status.Sweep is not { Trials: { Count: > 0 } rows } state || (draft.Run.Spec.Sweep is not null && state.Inputs == SweepInputs.Digest(draft.Run.Spec)))
            return false;
        if (StopRequested(draft))
        {
            var live = rows.Select(r => ChildOf(draft, r)).OfType<V1TrainingRun>().Where(static c => c.Status?.Phase is not (TrainingRunPhase.Succeeded or TrainingRunPhase.Failed)).ToList();
            live.ForEach(c => Command(draft, c, $"{StopAction} sweep-{TrainingRunReasons.StoppedByUser}"));
            if (live.Count == 0)
                draft.End(false, TrainingRunReasons.StoppedByUser, "Stopped by the command annotation; its spec had changed after the first trial.");
            else
                draft.Progressing(TrainingRunPhase.Sweeping, SweepReasons.StoppingTrials, "Stopped by the command annotation; the trials under way are being stopped.");
            return true;
        }

        draft.Progressing(
            TrainingRunPhase.Sweeping, SweepReasons.SpecChanged,
            "The spec changed after the first trial; no more trials are made. Put it back, or stop the run and create a new one.", stalled: true);
        return true;
    }

    /// <summary>A sweep with a schedule waits as a whole, before its first trial; its trials do not wait again.</summary>
    private static bool SweepWaits(TrainingRunDraft draft)
    {
        // An estimate would ask the ledger for a hold, and every trial asks for its own.
        draft.Status = draft.Status with { Estimate = null };
        return draft.Status.Sweep is not { Trials.Count: > 0 } && WaitingForCleanerGrid(draft);
    }

    private static bool SweepUnderWay(TrainingRunDraft draft)
    {
        var sweep = draft.Run.Spec.Sweep!;
        var state = draft.Status.Sweep is { Trials.Count: > 0 } on ? on : new SweepStatus { Inputs = SweepInputs.Digest(draft.Run.Spec) };
        state = SeeTrials(draft, sweep, state);
        var schedule = SweepSchedule.Of(sweep, state.Trials ?? []);
        state = state with { Ending = EndingOf(draft, sweep, state, schedule) };
        List<SweepTrial> rows = [.. state.Trials ?? []];
        if (state.Ending is not null)
            rows = [.. rows.Select(r => IsUnborn(draft, r) ? r with { State = SweepTrialState.Stopped, Reason = SweepReasons.NotNeeded } : r)];
        else if (HeldBy(draft) is null)
            AddTrials(draft, sweep, schedule, rows);
        state = SweepTally.Count(state, rows, state.Ending is null ? schedule.Total : rows.Count);
        draft.Status = draft.Status with
        {
            Sweep = state,
            Progress = new TrainingProgress { Percentage = state.Total == 0 ? 0 : 100 * rows.Count(static r => r.IsOver) / state.Total },
        };
        if (state.Ending is not null && rows.TrueForAll(static r => r.IsOver))
            return EndSweep(draft, sweep, state);
        TellTrials(draft, state);
        DescribeSweep(draft, state);
        return true;
    }

    /// <summary>Every row as its child run tells; what ends is summed and compared in the same write that ends it, so exactly once.</summary>
    private static SweepStatus SeeTrials(TrainingRunDraft draft, TrainingSweep sweep, SweepStatus state)
    {
        List<SweepTrial> rows = [];
        foreach (var row in state.Trials ?? [])
        {
            if (row.IsOver)
            {
                rows.Add(row);
                continue;
            }

            var child = ChildOf(draft, row);
            var reading = SweepReading.Of(row, child, draft.Run, draft.Observed.Options);
            rows.Add(reading.Trial);
            if (!reading.Trial.IsOver)
                continue;
            state = state with { Energy = SweepTally.Add(state.Energy, reading.Energy) };
            if (child is not null)
                state = state with { Best = SweepTally.Better(state.Best, reading.Trial, child, sweep.Objective.Goal) };
            TellTrial(draft, sweep, reading.Trial, child);
        }

        return state with
        {
            Trials = rows,
            Failed = rows.Count(static r => r.State == SweepTrialState.Failed),
        };
    }

    private static string? EndingOf(TrainingRunDraft draft, TrainingSweep sweep, SweepStatus state, SweepSchedule schedule)
    {
        if (StopRequested(draft))
            return TrainingRunReasons.StoppedByUser;
        if (state.Ending is not null)
            return state.Ending;
        if (SweepTally.Reached(sweep.Objective, state.Best))
            return SweepReasons.TargetReached;
        if (state.Failed > sweep.MaxFailedTrials)
            return SweepReasons.TooManyFailedTrials;
        return schedule.IsComplete && state.Trials!.Count >= schedule.Trials.Count && state.Trials.All(static r => r.IsOver) ? SweepReasons.AllTrialsDone : null;
    }

    /// <summary>Puts the next trials on record; each is made only once its row is persisted, in this plan or in a later one.</summary>
    private static void AddTrials(TrainingRunDraft draft, TrainingSweep sweep, SweepSchedule schedule, List<SweepTrial> rows)
    {
        var rung = rows.Count == 0 ? null : rows[^1].Rung;
        while (rows.Count < schedule.Trials.Count && rows.Count(static r => !r.IsOver) < sweep.Parallelism)
        {
            var plan = schedule.Trials[rows.Count];
            if (plan.Rung != rung)
                draft.Tell(EventNote.Normal("RungBegun", $"Rung {Text(plan.Rung ?? 0)}: {Text(schedule.Trials.Count(t => t.Rung == plan.Rung))} trials with {plan.Resource?.Key} {Text((int)(plan.Resource?.Value ?? 0))}."));
            rung = plan.Rung;
            rows.Add(new SweepTrial
            {
                Trial = plan.Number,
                State = SweepTrialState.Decided,
                Rung = plan.Rung,
                Choice = plan.Point.Choice?.Name,
                Params = schedule.Total <= SweepTally.DetailedTrials ? plan.Searched : null,
            });
        }

        foreach (var row in rows.Where(r => IsUnborn(draft, r)))
        {
            if (Namesake(draft, row) is null)
                draft.Want(Intent.Ensure(ModelOperatorDescriptors.TrainingRuns, SweepChild.Build(draft.Run, schedule.Trials[row.Trial - 1]), EnsureMode.CreateOnly));
        }
    }

    /// <summary>
    /// What the sweep has to say to the trials under way: stop when it is decided, pause while a person holds the sweep, resume what was paused by
    /// us afterwards. Said by what holds now, not by what was said last, so that nothing is forgotten on the way.
    /// </summary>
    private static void TellTrials(TrainingRunDraft draft, SweepStatus state)
    {
        var held = HeldBy(draft);
        foreach (var child in state.Trials!.Where(static r => !r.IsOver).Select(r => ChildOf(draft, r)).OfType<V1TrainingRun>())
        {
            var last = CommandOf(child);
            var paused = last?.StartsWith(PauseTrials, StringComparison.Ordinal) == true;
            if (state.Ending is { } ending)
                Command(draft, child, $"{StopAction} sweep-{ending}");
            else if (held is not null && !paused)
                Command(draft, child, $"{PauseTrials}{held}");
            else if (held is null && paused)
                Command(draft, child, $"resume after-{last!["pause ".Length..]}");
        }
    }

    /// <summary>A command is given once: a child that has it, or that was told to stop by a person, is left alone.</summary>
    private static void Command(TrainingRunDraft draft, V1TrainingRun child, string command)
    {
        if (CommandOf(child) != command && child.Status?.LastCommand is not { Action: StopAction, Result: Accepted })
            draft.Want(Intent.Annotate(ModelOperatorDescriptors.TrainingRuns, child, ModelOperatorApi.CommandAnnotation, command));
    }

    private static string? CommandOf(V1TrainingRun child) => child.Metadata.Annotations?.GetValueOrDefault(ModelOperatorApi.CommandAnnotation);

    private static void DescribeSweep(TrainingRunDraft draft, SweepStatus state)
    {
        if (state.Trials!.FirstOrDefault(r => IsUnborn(draft, r) && Namesake(draft, r) is not null) is { } taken)
        {
            draft.LookAgain(NameRetry);
            draft.Progressing(
                TrainingRunPhase.Sweeping, TrainingRunReasons.NameConflict,
                $"TrainingRun {SweepChild.NameOf(draft.Run.Metadata.Name, taken.Trial)} exists and is no trial of this sweep; trial {Text(taken.Trial)} waits until it is gone.", stalled: true);
            return;
        }

        var (reason, message) = state switch
        {
            { Ending: { } ending } => (SweepReasons.StoppingTrials, $"{ending}: the trials under way are being stopped."),
            _ when HeldBy(draft) is not null => (SweepReasons.SweepPaused, "No trial begins until the sweep is resumed."),
            { Running: 0, Waiting: > 0 } => (SweepReasons.TrialsWaiting, $"Every trial under way waits; kubectl get tr -l {SweepChild.SweepLabel}={draft.Run.Metadata.Name} shows for what."),
            _ => (SweepReasons.TrialsRunning, $"{state.Summary}."),
        };
        draft.Progressing(TrainingRunPhase.Sweeping, reason, message);
    }

    private static bool EndSweep(TrainingRunDraft draft, TrainingSweep sweep, SweepStatus state)
    {
        if (state.Ending == TrainingRunReasons.StoppedByUser)
        {
            draft.End(false, TrainingRunReasons.StoppedByUser, $"Stopped by the command annotation after {state.Summary} trials.");
            return true;
        }

        if (state.Ending == SweepReasons.TooManyFailedTrials)
        {
            draft.End(false, SweepReasons.TooManyFailedTrials, $"{Text(state.Failed)} trials failed, maxFailedTrials is {Text(sweep.MaxFailedTrials)}.");
            return true;
        }

        if (state.Best is not { Artifact: not null } best)
        {
            draft.End(false, SweepReasons.NoTrialSucceeded, $"None of {Text(state.Trials!.Count)} trials reported a finite {sweep.Objective.Metric}.");
            return true;
        }

        var reason = SweepTally.Choice(sweep.Objective, state);
        if (draft.Status.CarbonStart is { } start)
            BookCarbonStart(draft, state.Energy, (long)(draft.Now - start.StartTime).TotalSeconds);
        draft.Status = draft.Status with
        {
            Sweep = state with { Reason = reason },
            Artifact = best.Artifact,
            Metrics = best.Metrics,
            Device = best.Device,
            Resolved = best.Resolved,
        };
        draft.Tell(EventNote.Normal(state.Ending!, reason));
        draft.Progressing(TrainingRunPhase.Registering, TrainingRunReasons.WaitingForVersionNumber, reason);
        draft.LookAgain(TimeSpan.FromSeconds(1));
        return true;
    }

    private static void TellTrial(TrainingRunDraft draft, TrainingSweep sweep, SweepTrial row, V1TrainingRun? child) => draft.Tell(row.State == SweepTrialState.Succeeded
        ? EventNote.Normal("TrialSucceeded", $"Trial {Text(row.Trial)}: {sweep.Objective.Metric} {row.Value}.")
        : EventNote.Warning($"Trial{row.State}", $"Trial {Text(row.Trial)}: {row.Reason}. {child?.Status?.Message}"));

    /// <summary>What holds the sweep, as a word that no other hold of it has; null when nothing does. Then no trial begins, and those under way pause.</summary>
    private static string? HeldBy(TrainingRunDraft draft) => draft.Run.Spec.Suspend == true ? "spec.suspend" : draft.Status.Pause?.Id;

    /// <summary>On record, and no child of it was ever seen.</summary>
    private static bool IsUnborn(TrainingRunDraft draft, SweepTrial row) => row is { State: SweepTrialState.Decided, Uid: null } && ChildOf(draft, row) is null;

    private static V1TrainingRun? ChildOf(TrainingRunDraft draft, SweepTrial row) =>
        Namesake(draft, row) is { } run && run.IsControlledBy(draft.Run.Metadata.Uid) ? run : null;

    private static V1TrainingRun? Namesake(TrainingRunDraft draft, SweepTrial row)
    {
        var name = SweepChild.NameOf(draft.Run.Metadata.Name, row.Trial);
        return draft.Observed.Trials.FirstOrDefault(t => t.Metadata.Name == name);
    }
}
