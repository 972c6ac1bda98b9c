using ModelOperator.Api;
using ModelOperator.Carbon;
using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Accounts;
using ModelOperator.EnergyMetering;

namespace ModelOperator.TrainingRuns;

/// <summary>Accounts of an ended attempt: time, energy and cost by phase, and what was asked for beside what was used.</summary>
public static partial class TrainingRunPlanner
{
    /// <summary>A week at work.</summary>
    private const int KeptHours = 168;

    private static void Account(TrainingRunDraft draft, TrainingAttempt attempt, AttemptEnd end, TrainingPodReading? reading, RunEnergyInputs inputs, EnergyRecord? energy)
    {
        HourlyEnergy[] hours = [.. RunEnergyMeter.Hours(inputs)];
        if (energy is not null)
            draft.Status = draft.Status with { EnergyHours = [.. HourlyAccount.Add((draft.Status.EnergyHours ?? []).Select(static h => h.ToHour()), hours, KeptHours).Select(EnergyHour.Of)] };
        BookPhase(draft, "Data", reading?.FetchEnded?.StartedAt, reading?.FetchEnded?.FinishedAt, inputs, null, []);
        BookPhase(draft, "Training", attempt.StartedAt, attempt.EndedAt, inputs, energy, hours);
        BookPhase(draft, "Evaluation", reading?.PublishEnded?.StartedAt, reading?.PublishEnded?.FinishedAt, inputs, null, []);
        BookUsage(draft, attempt, end, inputs);
    }

    private static void BookPhase(
        TrainingRunDraft draft, string phase, DateTimeOffset? start, DateTimeOffset? end, RunEnergyInputs inputs, EnergyRecord? energy, IReadOnlyList<HourlyEnergy> hours)
    {
        if (start is not { } from || end is not { } to || to < from)
            return;
        var prices = draft.Options.Prices;
        var (gpus, seconds) = (inputs.GpuCount * inputs.Nodes, (long)Math.Round((to - from).TotalSeconds));
        var cost = prices?.OfGpus(from, to, gpus, inputs.GpuModel, inputs.Zone) + prices?.OfEnergy(hours, new PowerUsageEffectiveness(inputs.PueMilli), inputs.Zone);
        var before = draft.Status.Accounts;
        var known = before?.Phases?.FirstOrDefault(p => p.Phase == phase);
        var next = new TrainingPhaseAccount
        {
            Phase = phase,
            Seconds = (known?.Seconds ?? 0) + seconds,
            GpuSeconds = (known?.GpuSeconds ?? 0) + (seconds * gpus),
            EnergyMilliwattHours = energy is null ? known?.EnergyMilliwattHours : (known?.EnergyMilliwattHours ?? 0) + energy.EnergyMilliwattHours,
            EmissionsMilligrams = energy is null ? known?.EmissionsMilligrams : (known?.EmissionsMilligrams ?? 0) + energy.EmissionsMilligrams,
            CostMicros = known is null ? cost : known.CostMicros + cost,
        };
        // Amounts of two currencies make no sum.
        if (before is not null && before.Currency != prices?.Currency)
            next = next with { CostMicros = null };
        TrainingPhaseAccount[] phases = [.. (before?.Phases ?? []).Where(p => p.Phase != phase).Append(next).OrderBy(static p => p.Phase, StringComparer.Ordinal)];
        draft.Status = draft.Status with
        {
            Accounts = new()
            {
                Phases = phases,
                Currency = before is null ? prices?.Currency : before.Currency,
                CostMicros = phases.Any(static p => p.CostMicros is null) ? null : phases.Sum(static p => p.CostMicros),
            },
        };
    }

    private static void BookUsage(TrainingRunDraft draft, TrainingAttempt attempt, AttemptEnd end, RunEnergyInputs inputs)
    {
        if (attempt is not { StartedAt: { } started, EndedAt: { } ended } || ended <= started)
            return;
        var before = draft.Status.Usage ?? new();
        var saved = draft.Status.Checkpoint?.Time is { } time && time > started ? time : started;
        var lost = end.Kind == AttemptEndKind.Published || saved >= ended ? TimeSpan.Zero : ended - saved;
        var usage = end.Report?.Usage;
        var counted = inputs.Power?.Usage;
        var resources = draft.Run.Spec.Resources;
        int? percent = inputs.GpuCount == 0 ? null : inputs.Device == "cpu" ? 0 : inputs.Power?.GpuUtilisationPercent;
        var idle = (long?)UsageAdvice.Idle((ended - started) * inputs.GpuCount * inputs.Nodes, percent)?.TotalSeconds;
        draft.Status = draft.Status with
        {
            Usage = (before with
            {
                Seconds = before.Seconds + (long)(ended - started).TotalSeconds,
                LostSeconds = before.LostSeconds + (long)lost.TotalSeconds,
                Gpus = inputs.GpuCount,
                GpuUtilisationPercent = percent ?? before.GpuUtilisationPercent,
                GpuIdleSeconds = idle is null ? before.GpuIdleSeconds : (before.GpuIdleSeconds ?? 0) + idle,
                CpuMillicoresRequested = (long?)(TrainingQuantities.Requested(resources, "cpu") * 1000),
                CpuMillicoresUsed = usage is { CpuSeconds: { } cpu and >= 0 and < 1e12, WallSeconds: { } wall and > 0 } ? (long)(1000 * cpu / wall) : (long?)(1000 * counted?.CpuSeconds / (ended - started).TotalSeconds) ?? before.CpuMillicoresUsed,
                MemoryBytesRequested = (long?)TrainingQuantities.Requested(resources, "memory"),
                MemoryBytesPeak = usage?.PeakMemoryBytes ?? counted?.MemoryBytesPeak ?? before.MemoryBytesPeak,
                DiskBytesRequested = (long?)TrainingQuantities.Requested(resources, "ephemeral-storage"),
                DiskBytesPeak = counted?.DiskBytesPeak ?? before.DiskBytesPeak,
                DiskBytesRead = Added(before.DiskBytesRead, counted?.DiskBytesRead),
                DiskBytesWritten = Added(before.DiskBytesWritten, counted?.DiskBytesWritten),
                NetworkBytesReceived = Added(before.NetworkBytesReceived, counted?.NetworkBytesReceived),
                NetworkBytesSent = Added(before.NetworkBytesSent, counted?.NetworkBytesSent),
            }).Advised(),
        };
    }

    /// <summary>What no series tells adds nothing, and makes nothing known.</summary>
    private static long? Added(long? before, long? more) => more is null ? before : (before ?? 0) + more;

    /// <summary>Nothing came of any of it.</summary>
    private static void LoseAll(TrainingRunDraft draft)
    {
        if (draft.Status is { Phase: TrainingRunPhase.Failed, Usage: { } usage })
            draft.Status = draft.Status with { Usage = (usage with { LostSeconds = usage.Seconds }).Advised() };
    }
}
