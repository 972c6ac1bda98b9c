using static ModelOperator.Registry.ColumnKind;

namespace ModelOperator.Registry;

/// <summary>The tables of the migrations and how their rows are written.</summary>
public static class RegistryTables
{
    // A late word about an object that is gone must not touch the object that has its name now.
    private const string SameObject = "EXCLUDED.deleted_at IS NULL OR held.uid = EXCLUDED.uid";

    // A version made again with other bytes is not the one that is known here, until those were verified, which its Model only lets happen where it remembers nothing.
    private const string SameContent =
        "held.uid = EXCLUDED.uid OR held.verified_digest IS NULL OR held.verified_digest = EXCLUDED.artifact_digest OR EXCLUDED.verified_digest = EXCLUDED.artifact_digest";

    /// <summary>Models.</summary>
    public static RegistryTable Models { get; } = RegistryTable.Replacing(
        "models", SameObject,
        new("namespace", Text, true), new("name", Text, true), new("uid", Text), new("description", Text), new("next_version", Number),
        new("latest_version", Text), new("versions", Number), new("created_at", Time), new("deleted_at", Time));

    /// <summary>The parent of a version whose Model was not written yet.</summary>
    public static RegistryTable ModelNames { get; } = RegistryTable.Appending("models", new("namespace", Text, true), new("name", Text, true));

    /// <summary>Versions.</summary>
    public static RegistryTable ModelVersions { get; } = RegistryTable.Replacing(
        "model_versions", $"({SameObject}) AND ({SameContent})",
        new("namespace", Text, true), new("model", Text, true), new("number", Number, true), new("name", Text), new("uid", Text),
        new("run_name", Text), new("run_uid", Text), new("phase", Text), new("reason", Text), new("artifact_uri", Text),
        new("artifact_digest", Text), new("artifact_format", Text), new("artifact_size_bytes", Number), new("verified_digest", Text),
        new("verified_at", Time), new("description", Text), new("tags", Json), new("lineage", Json), new("metrics", Json),
        new("energy_milliwatt_hours", Number), new("emissions_milligrams", Number), new("intensity_milligrams_per_kwh", Number),
        new("energy_method", Text), new("created_at", Time), new("deleted_at", Time), new("archived", Flag), new("external_uri", Text));

    /// <summary>Gives an alias to a version, with its history in the same statement.</summary>
    public static RegistryTable Aliases { get; } = RegistryTable.Statement(
        "aliases",
        """
        WITH moved AS (
            INSERT INTO aliases AS held (namespace, model, alias, number, version, owner) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (namespace, model, alias) DO UPDATE
                SET number = EXCLUDED.number, version = EXCLUDED.version, owner = EXCLUDED.owner, since = now()
                WHERE ROW(held.number, held.version, held.owner) IS DISTINCT FROM ROW(EXCLUDED.number, EXCLUDED.version, EXCLUDED.owner)
            RETURNING held.namespace, held.model, held.alias, held.number, held.version, held.owner)
        INSERT INTO alias_history (namespace, model, alias, number, version, owner, at) SELECT moved.*, now() FROM moved
        """,
        new("namespace", Text), new("model", Text), new("alias", Text), new("number", Number), new("version", Text), new("owner", Text));

    /// <summary>Gives up all aliases of a model but some, with their history in the same statement.</summary>
    public static RegistryTable AliasesGivenUp { get; } = RegistryTable.Statement(
        "aliases given up",
        """
        WITH gone AS (
            DELETE FROM aliases WHERE namespace = $1 AND model = $2
                AND alias NOT IN (SELECT jsonb_array_elements_text($3::jsonb)) RETURNING namespace, model, alias)
        INSERT INTO alias_history (namespace, model, alias, at) SELECT gone.*, now() FROM gone
        """,
        new("namespace", Text), new("model", Text), new("kept", Json));

    /// <summary>Runs.</summary>
    public static RegistryTable Runs { get; } = RegistryTable.Replacing(
        "runs", null,
        new("uid", Text, true), new("namespace", Text), new("name", Text), new("model", Text), new("phase", Text), new("reason", Text),
        new("message", Text), new("created_at", Time), new("started_at", Time), new("running_at", Time), new("completed_at", Time),
        new("executions", Number), new("failures", Number), new("disruptions", Number), new("pauses", Number), new("yields", Number), new("ignored", Number),
        new("sweep", Text), new("sweep_uid", Text), new("trial", Number), new("sweep_ending", Text), new("sweep_reason", Text), new("device", Text),
        new("estimate_milliwatt_hours_p50", Number), new("estimate_milliwatt_hours_p95", Number), new("estimate_milligrams_p50", Number),
        new("estimate_milligrams_p95", Number), new("estimate_basis", Text), new("energy_milliwatt_hours", Number),
        new("emissions_milligrams", Number), new("intensity_milligrams_per_kwh", Number), new("pue_milli", Number),
        new("energy_method", Text), new("energy_coverage_percent", Number), new("intensity_source", Text), new("image", Text),
        new("artifact_digest", Text), new("model_version", Text), new("params", Json), new("metrics", Json), new("datasets", Json),
        new("created_by", Text), new("deleted_at", Time), new("zone", Text), new("framework", Text), new("gpu_model", Text), new("currency", Text),
        new("cost_micros", Number), new("trained_seconds", Number), new("lost_seconds", Number), new("gpus", Number), new("gpu_utilisation_percent", Number),
        new("idle_gpu_seconds", Number),
        new("cpu_millicores_requested", Number), new("cpu_millicores_used", Number), new("memory_bytes_requested", Number), new("memory_bytes_peak", Number),
        new("advice", Json), new("disk_bytes_requested", Number), new("disk_bytes_peak", Number), new("disk_bytes_read", Number), new("disk_bytes_written", Number),
        new("network_bytes_received", Number), new("network_bytes_sent", Number), new("source_repo", Text), new("source_revision", Text));

    /// <summary>Attempts of runs.</summary>
    public static RegistryTable RunAttempts { get; } = RegistryTable.Filling(
        "run_attempts",
        new("run_uid", Text, true), new("number", Number, true), new("namespace", Text), new("pod_name", Text), new("pod_uid", Text),
        new("node", Text), new("decided_at", Time), new("started_at", Time), new("ended_at", Time), new("exit_code", Number),
        new("reason", Text), new("message", Text), new("energy_milliwatt_hours", Number));

    /// <summary>Canaries as they are.</summary>
    public static RegistryTable Canaries { get; } = RegistryTable.Replacing(
        "canaries", null,
        new("uid", Text, true), new("namespace", Text), new("name", Text), new("model", Text), new("alias", Text), new("wanted_version", Text),
        new("phase", Text), new("reason", Text), new("message", Text), new("stable_version", Text), new("canary_version", Text),
        new("rejected_version", Text), new("stable_weight", Number), new("canary_weight", Number), new("step", Text), new("created_at", Time),
        new("deleted_at", Time));

    /// <summary>How canaries ended.</summary>
    public static RegistryTable CanaryOutcomes { get; } = RegistryTable.Filling(
        "canary_outcomes",
        new("canary_uid", Text, true), new("version", Text, true), new("outcome", Text, true), new("finished_at", Time, true),
        new("namespace", Text), new("canary", Text), new("model", Text), new("stable", Text), new("reason", Text), new("metric", Text),
        new("value", Text), new("baseline", Text), new("bound", Text), new("samples", Number), new("started_at", Time));

    /// <summary>Decisions of canaries.</summary>
    public static RegistryTable Decisions { get; } = RegistryTable.Appending(
        "decisions",
        new("canary_uid", Text, true), new("at", Time, true), new("action", Text, true), new("reason", Text, true), new("metric", Text, true),
        new("namespace", Text), new("canary", Text), new("model", Text), new("stable_version", Text), new("canary_version", Text),
        new("value", Text), new("baseline", Text), new("bound", Text), new("samples", Number), new("message", Text));
}
