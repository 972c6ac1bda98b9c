using System.Collections.Immutable;
using ModelOperator.Api;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.TrainingRuns;
using ModelOperator.TrainingRuns.Sweeps;

namespace ModelOperator.Registry;

/// <summary>A run as rows; pure.</summary>
public static class RunRows
{
    /// <summary>The run, its attempts, its datasets, its hours, its phases and its trials, parents first. Nothing before the run has a UID.</summary>
    /// <param name="run">Run.</param>
    /// <param name="deletedAt">When it was found to be gone; null while it exists.</param>
    public static ImmutableArray<RegistryRow> Of(V1TrainingRun run, DateTimeOffset? deletedAt)
    {
        if (run.Metadata is not { Uid: { } uid, NamespaceProperty: { } space })
            return [];
        var attempts = (run.Status?.History ?? [])
            .Concat(run.Status?.CurrentAttempt is { } current ? [current] : [])
            .GroupBy(static attempt => attempt.Number)
            .OrderBy(static group => group.Key)
            .Select(group => Attempt(uid, space, group.Last()));
        return [Run(run, uid, space, deletedAt), .. attempts, .. DatasetTables.Of(uid, space, run.Status?.Resolved?.Datasets), .. EnergyTables.Of(uid, space, run.Status), .. AccountTables.Of(uid, space, run.Status?.Accounts), .. SweepTables.Of(run, uid, space)];
    }

    private static RegistryRow Run(V1TrainingRun run, string uid, string space, DateTimeOffset? deletedAt)
    {
        var status = run.Status ?? new TrainingRunStatus();
        var sweep = SweepChild.IsTrial(run) ? run.Controller : null;
        return RegistryTables.Runs.Row(
            ("uid", uid), ("namespace", space), ("name", run.Metadata.Name), ("model", run.Spec.ModelName), ("phase", status.Phase.ToString()),
            ("reason", status.Reason), ("message", status.Message), ("created_at", run.Metadata.CreationTimestamp), ("started_at", status.StartTime),
            ("running_at", status.RunningTime), ("completed_at", status.CompletionTime), ("executions", status.Attempts?.Execution ?? 0),
            ("failures", status.Attempts?.Failures ?? 0), ("disruptions", status.Attempts?.Disruptions ?? 0), ("pauses", status.Attempts?.Pauses ?? 0),
            ("yields", status.Attempts?.Yields ?? 0), ("ignored", status.Attempts?.Ignored ?? 0), ("device", status.Device),
            ("created_by", Creators.Of(run.Metadata)),
            ("sweep", sweep?.Name), ("sweep_uid", sweep?.Uid), ("trial", SweepTables.TrialOf(run)), ("sweep_ending", status.Sweep?.Ending), ("sweep_reason", status.Sweep?.Reason),
            ("estimate_milliwatt_hours_p50", status.Estimate?.EnergyMilliwattHoursP50), ("estimate_milliwatt_hours_p95", status.Estimate?.EnergyMilliwattHoursP95),
            ("estimate_milligrams_p50", status.Estimate?.EmissionsMilligramsP50), ("estimate_milligrams_p95", status.Estimate?.EmissionsMilligramsP95),
            ("estimate_basis", status.Estimate?.Basis), ("energy_milliwatt_hours", status.Energy?.EnergyMilliwattHours),
            ("emissions_milligrams", status.Energy?.EmissionsMilligrams), ("intensity_milligrams_per_kwh", status.Energy?.IntensityMilligramsPerKwh),
            ("pue_milli", status.Energy?.PueMilli), ("energy_method", status.Energy?.Method), ("energy_coverage_percent", status.Energy?.CoveragePercent),
            ("intensity_source", status.Energy?.IntensitySource), ("image", status.Resolved?.Image ?? run.Spec.Image),
            ("artifact_digest", status.Artifact?.Digest), ("model_version", status.ModelVersion), ("params", RegistryJson.Strings(run.Spec.Params)),
            ("metrics", RegistryJson.Metrics(status.Metrics)), ("datasets", RegistryJson.Datasets(DatasetsOf(run))), ("deleted_at", deletedAt),
            ("zone", status.Resolved?.Zone), ("framework", FrameworkOf(run)), ("gpu_model", run.Spec.Carbon?.GpuModel), ("currency", status.Accounts?.Currency),
            ("cost_micros", status.Accounts?.CostMicros), ("trained_seconds", status.Usage?.Seconds), ("lost_seconds", status.Usage?.LostSeconds),
            ("gpus", status.Usage is { } usage ? usage.Gpus * Math.Max(run.Spec.Nodes, 1) : null), ("gpu_utilisation_percent", status.Usage?.GpuUtilisationPercent), ("idle_gpu_seconds", status.Usage?.GpuIdleSeconds),
            ("cpu_millicores_requested", status.Usage?.CpuMillicoresRequested), ("cpu_millicores_used", status.Usage?.CpuMillicoresUsed),
            ("memory_bytes_requested", status.Usage?.MemoryBytesRequested), ("memory_bytes_peak", status.Usage?.MemoryBytesPeak),
            ("advice", status.Usage?.Advice is { } advice ? RegistryJson.Array(advice) : null),
            ("disk_bytes_requested", status.Usage?.DiskBytesRequested), ("disk_bytes_peak", status.Usage?.DiskBytesPeak), ("disk_bytes_read", status.Usage?.DiskBytesRead),
            ("disk_bytes_written", status.Usage?.DiskBytesWritten), ("network_bytes_received", status.Usage?.NetworkBytesReceived), ("network_bytes_sent", status.Usage?.NetworkBytesSent),
            ("source_repo", run.Spec.Source?.Repo), ("source_revision", run.Spec.Source?.Revision));
    }

    private static string? FrameworkOf(V1TrainingRun run) =>
        run.Spec.Framework != TrainingFramework.None ? run.Spec.Framework.ToString() : run.Status?.Artifact?.Format;

    /// <summary>As resolved; before that, as asked for.</summary>
    private static IReadOnlyList<DatasetRecord>? DatasetsOf(V1TrainingRun run) => run.Status?.Resolved?.Datasets
        ?? run.Spec.Datasets?.Select(static asked => new DatasetRecord { Name = asked.Name, Uri = DatasetUris.Public(asked.Uri), Digest = asked.Digest }).ToList();

    private static RegistryRow Attempt(string uid, string space, TrainingAttempt attempt) => RegistryTables.RunAttempts.Row(
        ("run_uid", uid), ("number", attempt.Number), ("namespace", space), ("pod_name", attempt.PodName), ("pod_uid", attempt.PodUid),
        ("node", attempt.Node), ("decided_at", attempt.DecidedAt), ("started_at", attempt.StartedAt), ("ended_at", attempt.EndedAt),
        ("exit_code", attempt.ExitCode), ("reason", attempt.Reason), ("message", attempt.Message), ("energy_milliwatt_hours", attempt.EnergyMilliwattHours));
}
