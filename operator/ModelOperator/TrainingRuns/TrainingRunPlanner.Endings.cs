using System.Globalization;
using ModelOperator.Api;
using ModelOperator.Artifacts;
using ModelOperator.EnergyMetering;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.TrainingRuns;

/// <summary>Ended attempts: history, counts, energy, and what follows.</summary>
public static partial class TrainingRunPlanner
{
    /// <summary>A trainer that yields sooner has hardly done anything.</summary>
    private static readonly TimeSpan RealWork = TimeSpan.FromSeconds(30);

    /// <summary>
    /// An end that was on record before its Pods stopped. What they burned in their grace counts, and a result that was published all the same is
    /// taken; how a trainer ended that was told to is for the record only.
    /// </summary>
    private static bool CloseOnRecord(TrainingRunDraft draft, TrainingAttempt attempt, TrainingPodGroup group)
    {
        // A record of an operator that did not write the kind: all ends that it put on record were permanent.
        var kind = attempt.EndKind ?? AttemptEndKind.Permanent;
        var reading = group.First.Reading;
        var latest = (attempt.EndedAt ?? draft.Now) + TimeSpan.FromSeconds(TrainingCheckpoints.GraceSeconds(draft.Run.Spec)) + NodeSilence;
        var ended = attempt with
        {
            EndedAt = group.LastEnd ?? (draft.Now < latest ? draft.Now : latest),
            ExitCode = attempt.ExitCode ?? reading?.TrainerEnded?.ExitCode,
        };
        draft.Status = TrainingResolution.Learn(draft.Run, draft.Status, reading);
        var end = new AttemptEnd(kind, attempt.Reason!, attempt.Message ?? "", ended.ExitCode);
        if (kind == AttemptEndKind.Paused && reading is not null && group.Ranks.All(static r => r.IsDone) && TrainingPodJudge.Judge(reading, draft.Policy) is { } published)
            (end, ended) = (published, ended with { Reason = published.Reason, Message = published.Message });
        Close(draft, ended, end, reading, group.MeanTrained(ended));
        return true;
    }

    private static void Close(TrainingRunDraft draft, TrainingAttempt attempt, AttemptEnd found, TrainingPodReading? reading, TimeSpan? meanTrained = null)
    {
        var end = TrainingFailureRules.Apply(found, draft.Policy);
        if (end != found)
            attempt = attempt with { Reason = end.Reason, Message = end.Message };
        var trained = attempt is { StartedAt: { } started, EndedAt: { } ended } && ended > started ? ended - started : TimeSpan.Zero;
        var inputs = EnergyInputs(draft, meanTrained ?? trained, end.Report) with { Ended = attempt.EndedAt ?? draft.Now };
        var energy = RunEnergyMeter.Measure(inputs);
        var counts = draft.Counts;
        draft.Status = draft.Status with
        {
            CurrentAttempt = null,
            History = [.. (draft.Status.History ?? []).Append(attempt with { PodUids = null, EndKind = null, EnergyMilliwattHours = energy?.EnergyMilliwattHours }).TakeLast(KeptAttempts)],
            Energy = RunEnergyMeter.Sum(draft.Status.Energy, energy),
            Attempts = counts with
            {
                Failures = counts.Failures + (end.Kind is AttemptEndKind.Retryable or AttemptEndKind.Permanent ? 1 : 0),
                Disruptions = counts.Disruptions + (end.Kind == AttemptEndKind.Disruption ? 1 : 0),
                Pauses = counts.Pauses + (end.Kind == AttemptEndKind.Paused ? 1 : 0),
                Yields = counts.Yields + (end.Kind == AttemptEndKind.Yielded ? 1 : 0),
                Ignored = counts.Ignored + (end.Kind == AttemptEndKind.Ignored ? 1 : 0),
                ActiveSeconds = counts.ActiveSeconds + (long)Math.Ceiling(trained.TotalSeconds),
            },
        };
        Account(draft, attempt, end, reading, inputs, energy);
        BookCarbonStart(draft, draft.Status.Energy, draft.Counts.ActiveSeconds);
        draft.Condition(TrainingRunConditions.PodsReady, false, end.Reason, end.Message);
        Follow(draft, attempt, end, reading);
        LoseAll(draft);
    }

    private static void Follow(TrainingRunDraft draft, TrainingAttempt attempt, AttemptEnd end, TrainingPodReading? reading)
    {
        var number = attempt.Number.ToString(CultureInfo.InvariantCulture);
        switch (end.Kind)
        {
            case AttemptEndKind.Published:
                Publish(draft, end, reading);
                break;
            case AttemptEndKind.Permanent:
                Fail(draft, end.Reason, end.Message);
                break;
            case AttemptEndKind.Retryable when draft.Counts.Failures > draft.Policy.MaxRetries:
                Fail(draft, TrainingRunReasons.BackoffLimitExceeded,
                    $"{draft.Counts.Failures.ToString(CultureInfo.InvariantCulture)} attempts failed, maxRetries is {draft.Policy.MaxRetries.ToString(CultureInfo.InvariantCulture)}. The last: {end.Message}");
                break;
            case AttemptEndKind.Paused when Held(draft):
                break;
            case AttemptEndKind.Paused:
                draft.Progressing(TrainingRunPhase.Pending, TrainingRunReasons.Resumed, "The run goes on.");
                draft.LookAgain(TimeSpan.FromSeconds(1));
                break;
            default:
                draft.Tell(EventNote.Warning(end.Reason, $"Attempt {number} ended: {end.Message}"));
                draft.Progressing(TrainingRunPhase.Pending, end.Reason, end.Message);
                draft.LookAgain(TimeSpan.FromSeconds(1));
                break;
        }
    }

    private static void Publish(TrainingRunDraft draft, AttemptEnd end, TrainingPodReading? reading)
    {
        var report = end.Report!;
        var fetched = TerminationMessage.TryReadFetch(reading?.FetchEnded?.Message)?.Datasets ?? [];
        draft.Status = draft.Status with
        {
            Artifact = new ArtifactReference
            {
                Uri = report.Model.Uri,
                Digest = report.Model.Digest,
                Format = report.Model.Format,
                SizeBytes = report.Model.SizeBytes,
            },
            Metrics = [.. report.Metrics.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => new NamedValue { Name = m.Key, Value = m.Value.ToString("R", CultureInfo.InvariantCulture) })],
            Device = report.Device,
            Resolved = (draft.Status.Resolved ?? new()) with
            {
                Image = reading?.TrainerImage ?? draft.Status.Resolved?.Image,
                Datasets = [.. (draft.Run.Spec.Datasets ?? []).Select(d => Lineage(draft.Run, d, fetched.FirstOrDefault(f => f.Name == d.Name)))],
            },
            Progress = draft.Status.Progress is { } progress ? progress with { Percentage = 100, RemainingSeconds = 0 } : new TrainingProgress { Percentage = 100 },
        };
        draft.Progressing(TrainingRunPhase.Registering, TrainingRunReasons.WaitingForVersionNumber, end.Message);
        draft.LookAgain(TimeSpan.FromSeconds(1));
    }

    private static DatasetRecord Lineage(V1TrainingRun run, TrainingDataset dataset, FetchedItem? fetched) =>
        new()
        {
            Name = dataset.Name,
            Uri = DatasetUris.Public(dataset.Uri),
            Digest = fetched?.Digest ?? TrainingResolution.DigestFor(run, dataset),
            SizeBytes = fetched?.SizeBytes,
            Rows = fetched?.Rows,
            Columns = fetched?.Columns,
            Violations = fetched?.Violations,
            ProfileDigest = fetched?.Profile,
        };

    /// <summary>A run fails only after its Pods have stopped; closing an attempt waits for that.</summary>
    private static void Fail(TrainingRunDraft draft, string reason, string message) => draft.End(false, reason, message);

    private static RunEnergyInputs EnergyInputs(TrainingRunDraft draft, TimeSpan trained, PublishReport? report)
    {
        var spec = draft.Run.Spec;
        // The kubelet's times are whole seconds; a trainer that was quicker than one knows its time better.
        var reported = TimeSpan.FromSeconds(Math.Clamp(report?.Usage?.WallSeconds ?? 0, 0, 31_536_000));
        return new RunEnergyInputs
        {
            Trained = trained > TimeSpan.Zero ? trained : reported,
            // An attempt that died without a report was told its device by the contract's parameter: energy of a GPU that it never used is not invented.
            Device = report?.Device ?? draft.Status.Device ?? draft.Run.Spec.Params?.GetValueOrDefault("device"),
            CpuSeconds = report?.Usage?.CpuSeconds ?? draft.Observed.Power?.Usage?.CpuSeconds,
            CpuToldBy = report?.Usage?.CpuSeconds is null ? "counted by the kubelet" : "reported by the trainer",
            GpuJoules = report?.Usage?.GpuJoules,
            CpuCores = TrainingQuantities.CpuCores(spec.Resources),
            MemoryGibibytes = TrainingQuantities.MemoryGibibytes(spec.Resources),
            GpuCount = TrainingQuantities.Gpus(spec.Resources),
            Nodes = spec.Nodes,
            GpuModel = spec.Carbon?.GpuModel,
            Zone = TrainingRunEstimates.ZoneOf(spec, draft.Options),
            Intensity = draft.Observed.Grid,
            Power = draft.Observed.Power,
            PueMilli = draft.Options.PueMilli,
        };
    }

    private static bool BackingOff(TrainingRunDraft draft)
    {
        if (draft.Status.History is not [.., { } last] || Delay(draft, last) is not { } delay || last.EndedAt is not { } ended)
            return false;
        var due = ended + delay;
        if (draft.Now >= due)
            return false;
        var message = $"The next attempt begins at {due.UtcDateTime.ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture)}. The last ended with {last.Reason}: {last.Message}";
        draft.Progressing(TrainingRunPhase.Pending, TrainingRunReasons.BackOff, message);
        draft.LookAgainAt(due);
        return true;
    }

    /// <summary>
    /// Failures: base * 2^(failures - 1), at most max. Attempts that were disrupted before the trainer started wait the same way by their own
    /// number, so that a store that is down is not hammered, and so do those that a rule retries without counting and trainers that yield again and
    /// again at once. One that was disrupted or yielded after real work begins again at once; so does one that was paused.
    /// </summary>
    private static TimeSpan? Delay(TrainingRunDraft draft, TrainingAttempt last)
    {
        int? row = last.Reason switch
        {
            TrainingRunReasons.Suspended or TrainingRunReasons.PausedByUser or TrainingRunReasons.PausedByBudget or TrainingRunReasons.PausedForGrid => null,
            TrainingRunReasons.RetryableExitCode => draft.Counts.Failures,
            TrainingRunReasons.RetriedByRule => Math.Max(draft.Counts.Failures, InARow(draft, static a => a.Reason == TrainingRunReasons.RetriedByRule)),
            TrainingRunReasons.Yielded when YieldedAtOnce(last) => InARow(draft, YieldedAtOnce),
            TrainingRunReasons.Yielded => null,
            _ when BarelyBegan(last) => InARow(draft, BarelyBegan),
            _ => null,
        };
        if (row is not { } count)
            return null;
        var seconds = draft.Policy.BackoffBaseSeconds * Math.Pow(2, Math.Clamp(count - 1, 0, 30));
        return TimeSpan.FromSeconds(Math.Min(seconds, draft.Policy.BackoffMaxSeconds) * Spread(draft, last));
    }

    private static int InARow(TrainingRunDraft draft, Func<TrainingAttempt, bool> alike) => (draft.Status.History ?? []).Reverse().TakeWhile(alike).Count();

    private static bool BarelyBegan(TrainingAttempt attempt) => attempt.StartedAt is null || attempt.Reason == TrainingRunReasons.ArtifactStoreUnavailable;

    private static bool YieldedAtOnce(TrainingAttempt attempt) => attempt.Reason == TrainingRunReasons.Yielded && attempt.EndedAt - attempt.StartedAt < RealWork;
}
