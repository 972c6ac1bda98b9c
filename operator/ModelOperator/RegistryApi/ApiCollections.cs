using ModelOperator.CanaryDeployments;
using ModelOperator.ModelVersions;
using ModelOperator.TrainingRuns;
using static ModelOperator.RegistryApi.ApiType;

namespace ModelOperator.RegistryApi;

/// <summary>Models, versions, their lineage, and runs.</summary>
internal static class ApiCollections
{
    private static readonly ApiFilter Archived = new(
        "archived", "Whether the version is archived; both when absent.", ApiValues.OneOf("false", "true"),
        static (sought, given) => sought.Add(given[0] == "true" ? "t.archived" : "NOT t.archived"));

    private static readonly ApiFilter Alias = new(
        "alias", "An alias that the version holds.", ApiValues.Text, static (sought, given) => sought.Add(
            $"EXISTS (SELECT FROM aliases AS a WHERE a.namespace = t.namespace AND a.model = t.model AND a.number = t.number AND a.alias = {sought.Place(given[0])})"));

    private static readonly ApiFilter VersionMetric = ApiFilters.Metric("version_metrics", "m.namespace = t.namespace AND m.model = t.model AND m.number = t.number");

    internal static readonly ApiKey[] VersionKeys = [new("t.namespace"), new("t.model"), new("t.number", "bigint")];

    private static readonly ApiFilter[] LineageFilters =
    [
        ApiFilters.LineageDataset, ApiFilters.LineageDatasetName, ApiFilters.InLineage("repo", "Source repository."),
        ApiFilters.InLineage("revision", "Source revision."), ApiFilters.InLineage("image", "Container image that trained it."),
        ApiFilters.InLineage("parent", "Version that it was made from."), ApiFilters.InLineage("inputHash", "Hash of all that it was made from."),
        ApiFilters.LineageParameter, ApiFilter.Equal("run", "t.run_name", "Name of the run that made it.", ApiFilters.ObjectName),
    ];

    public static ApiCollection Models { get; } = new()
    {
        Schema = "Model",
        From = "models AS t",
        // A name alone was only ever seen as the parent of a version.
        Always = "t.uid IS NOT NULL",
        Keys = [new("t.namespace"), new("t.name")],
        Filters =
        [
            ApiFilters.Name, ApiFilters.Deleted, ApiFilters.CreatedAfter, ApiFilters.CreatedBefore,
            new("alias", "An alias that is in force.", ApiValues.Text, static (sought, given) => sought.Add(
                $"EXISTS (SELECT FROM aliases AS a WHERE a.namespace = t.namespace AND a.model = t.name AND a.alias = {sought.Place(given[0])})")),
        ],
        Fields =
        [
            new("namespace", "t.namespace", Text, "Namespace."),
            new("name", "t.name", Text, "Name."),
            new("description", "t.description", Text, "What it is for."),
            new("latestVersion", "t.latest_version", Text, "Highest version that is Ready."),
            new("nextVersion", "t.next_version", Integer, "Number that the next version gets."),
            new("versions", "t.versions", Integer, "Number of versions."),
            new("aliases", "(SELECT jsonb_object_agg(a.alias, a.version) FROM aliases AS a WHERE a.namespace = t.namespace AND a.model = t.name)", Map, "Version by alias."),
            new("training", """
                (SELECT jsonb_build_object('runs', count(*), 'failed', count(*) FILTER (WHERE r.phase = 'Failed'),
                    'energyMilliwattHours', sum(r.energy_milliwatt_hours), 'emissionsMilligrams', sum(r.emissions_milligrams))
                 FROM runs AS r WHERE r.namespace = t.namespace AND r.model = t.name AND NOT EXISTS (SELECT FROM sweep_trials AS s WHERE s.sweep_uid = r.uid))
                """, Map, "What all runs of the model took, failed ones included; a sweep counts by its trials."),
            new("createdAt", "t.created_at", ApiType.Time, "When it was created."),
            new("deletedAt", "t.deleted_at", ApiType.Time, "When it was seen to be gone."),
        ],
    };

    public static ApiCollection Versions { get; } = new()
    {
        Schema = "ModelVersion",
        From = "model_versions AS t",
        Keys = [.. VersionKeys],
        Filters =
        [
            ApiFilters.Model, ApiFilters.Name, ApiFilter.Equal("phase", "t.phase", "Phase.", ApiValues.OneOf([.. Enum.GetNames<ModelVersionPhase>()])),
            ApiFilters.Tag, VersionMetric, Alias, Archived, ApiFilter.Equal("artifact", "t.artifact_digest", "Digest of the bytes.", ApiFilters.Digest),
            ApiFilter.Equal("external", "t.external_uri", "Origin of a model trained elsewhere."), .. LineageFilters,
            ApiFilters.Deleted, ApiFilters.CreatedAfter, ApiFilters.CreatedBefore,
        ],
        Fields =
        [
            new("namespace", "t.namespace", Text, "Namespace."),
            new("model", "t.model", Text, "Model."),
            new("number", "t.number", Integer, "Number; never given twice."),
            new("name", "t.name", Text, "Name."),
            new("phase", "t.phase", Text, "Phase."),
            new("reason", "t.reason", Text, "Reason of the phase."),
            new("archived", "t.archived", ApiType.Boolean, "Whether it is archived."),
            new("aliases", "(SELECT jsonb_agg(a.alias ORDER BY a.alias) FROM aliases AS a WHERE a.namespace = t.namespace AND a.model = t.model AND a.number = t.number)", List, "Aliases that it holds."),
            new("tags", "t.tags", Map, "Tags."),
            new("description", "t.description", Text, "What it is."),
            new("artifactUri", "t.artifact_uri", Text, "Where the bytes are."),
            new("artifactDigest", "t.artifact_digest", Text, "What they hash to."),
            new("artifactFormat", "t.artifact_format", Text, "Their format."),
            new("artifactSizeBytes", "t.artifact_size_bytes", Integer, "Their size."),
            new("verifiedDigest", "t.verified_digest", Text, "Digest of the bytes that were read."),
            new("verifiedAt", "t.verified_at", ApiType.Time, "When they were read."),
            new("run", "t.run_name", Text, "Run that made it."),
            new("runUid", "t.run_uid", Text, "UID of that run."),
            new("externalUri", "t.external_uri", Text, "Origin of a model trained elsewhere."),
            new("lineage", "t.lineage", Map, "What it was made from: image, repo, revision, parent, inputHash, params, datasets."),
            new("metrics", "t.metrics", Map, "Metrics of the training."),
            new("energyMilliwattHours", "t.energy_milliwatt_hours", Integer, "Energy of the training."),
            new("emissionsMilligrams", "t.emissions_milligrams", Integer, "Emissions of the training, CO2 equivalent."),
            new("intensityMilligramsPerKwh", "t.intensity_milligrams_per_kwh", Integer, "Intensity of the grid."),
            new("energyMethod", "t.energy_method", Text, "How the energy was got."),
            new("createdAt", "t.created_at", ApiType.Time, "When it was created."),
            new("deletedAt", "t.deleted_at", ApiType.Time, "When it was seen to be gone."),
        ],
    };

    public static ApiCollection Lineage { get; } = new()
    {
        Schema = "Lineage",
        From = "model_versions AS t",
        Keys = [.. VersionKeys],
        Filters = [ApiFilters.Model, ApiFilter.Equal("version", "t.name", "Name of the version.", ApiFilters.ObjectName), .. LineageFilters, ApiFilters.Deleted],
        Fields =
        [
            new("namespace", "t.namespace", Text, "Namespace."),
            new("model", "t.model", Text, "Model."),
            new("version", "t.name", Text, "Version that this is the lineage of."),
            new("artifactDigest", "t.artifact_digest", Text, "What its bytes hash to."),
            new("run", "t.run_name", Text, "Run that made it."),
            new("runUid", "t.run_uid", Text, "UID of that run."),
            new("externalUri", "t.external_uri", Text, "Origin of a model trained elsewhere."),
            new("image", "t.lineage->>'image'", Text, "Container image that trained it."),
            new("repo", "t.lineage->>'repo'", Text, "Source repository."),
            new("revision", "t.lineage->>'revision'", Text, "Source revision."),
            new("inputHash", "t.lineage->>'inputHash'", Text, "Hash of all that it was made from."),
            new("params", "t.lineage->'params'", Map, "Parameters of the training."),
            new("datasets", "t.lineage->'datasets'", List, "Datasets that were read, with their digests and those of their profiles."),
            new("parent", "t.lineage->>'parent'", Text, "Version that it was made from."),
            new("ancestors", """
                (WITH RECURSIVE line AS (
                    SELECT t.lineage->>'parent' AS name, 1 AS depth WHERE t.lineage->>'parent' IS NOT NULL
                    UNION ALL SELECT v.lineage->>'parent', line.depth + 1 FROM line JOIN model_versions AS v ON v.namespace = t.namespace AND v.name = line.name
                    WHERE v.lineage->>'parent' IS NOT NULL AND line.depth < 20)
                 SELECT jsonb_agg(line.name ORDER BY line.depth) FROM line)
                """, List, "Its parent, that one's parent, and so on; twenty at most."),
            new("children", """
                (SELECT jsonb_agg(v.name ORDER BY v.model, v.number) FROM version_marks AS k
                 JOIN model_versions AS v ON v.namespace = k.namespace AND v.model = k.model AND v.number = k.number AND v.lineage->>'parent' = t.name
                 WHERE k.mark = hashtextextended('parent:' || t.name, 0) AND k.namespace = t.namespace)
                """, List, "Versions that were made from it."),
            new("deployments", """
                (SELECT jsonb_agg(jsonb_build_object('canary', c.canary, 'outcome', c.outcome, 'finishedAt', c.finished_at) ORDER BY c.finished_at)
                 FROM canary_outcomes AS c WHERE c.namespace = t.namespace AND c.version = t.name)
                """, List, "How its canaries ended."),
        ],
    };

    public static ApiCollection Runs { get; } = new()
    {
        Schema = "TrainingRun",
        From = "runs AS t",
        Keys = [new("COALESCE(t.created_at, '-infinity')", "timestamptz"), new("t.uid")],
        Filters =
        [
            ApiFilters.Model, ApiFilters.Name, ApiFilter.Equal("phase", "t.phase", "Phase.", ApiValues.OneOf([.. Enum.GetNames<TrainingRunPhase>()])),
            ApiFilters.Metric("run_metrics", "m.run_uid = t.uid"), ApiFilters.RunParameter, ApiFilters.RunDataset,
            ApiFilter.Equal("repo", "t.source_repo", "Source repository."), ApiFilter.Equal("revision", "t.source_revision", "Source revision."),
            ApiFilter.Equal("image", "t.image", "Container image."), ApiFilter.Equal("sweep", "t.sweep", "Sweep that it is a trial of.", ApiFilters.ObjectName),
            ApiFilter.Equal("createdBy", "t.created_by", "Who created it."), ApiFilters.Deleted, ApiFilters.CreatedAfter, ApiFilters.CreatedBefore,
        ],
        Fields =
        [
            new("namespace", "t.namespace", Text, "Namespace."),
            new("name", "t.name", Text, "Name."),
            new("uid", "t.uid", Text, "UID."),
            new("model", "t.model", Text, "Model."),
            new("phase", "t.phase", Text, "Phase."),
            new("reason", "t.reason", Text, "Reason of the phase."),
            new("message", "t.message", Text, "More for people."),
            new("createdBy", "t.created_by", Text, "Who created it."),
            new("createdAt", "t.created_at", ApiType.Time, "When it was created."),
            new("startedAt", "t.started_at", ApiType.Time, "When it began."),
            new("runningAt", "t.running_at", ApiType.Time, "When it first trained."),
            new("completedAt", "t.completed_at", ApiType.Time, "When it ended."),
            new("executions", "t.executions", Integer, "Attempts."),
            new("failures", "t.failures", Integer, "Failed ones."),
            new("disruptions", "t.disruptions", Integer, "Disrupted ones."),
            new("sweep", "t.sweep", Text, "Sweep that it is a trial of."),
            new("trial", "t.trial", Integer, "Number of the trial."),
            new("device", "t.device", Text, "cpu or cuda."),
            new("image", "t.image", Text, "Container image."),
            new("repo", "t.source_repo", Text, "Source repository."),
            new("revision", "t.source_revision", Text, "Source revision."),
            new("params", "t.params", Map, "Parameters."),
            new("datasets", "t.datasets", List, "Datasets with their digests."),
            new("metrics", "t.metrics", Map, "Metrics."),
            new("artifactDigest", "t.artifact_digest", Text, "What was published."),
            new("modelVersion", "t.model_version", Text, "Version that it registered."),
            new("energyMilliwattHours", "t.energy_milliwatt_hours", Integer, "Energy."),
            new("emissionsMilligrams", "t.emissions_milligrams", Integer, "Emissions, CO2 equivalent, as booked."),
            new("energyMethod", "t.energy_method", Text, "How the energy was got."),
            new("currency", "t.currency", Text, "Currency of the cost."),
            new("costMicros", "t.cost_micros", Integer, "Cost in millionths of the currency."),
            new("deletedAt", "t.deleted_at", ApiType.Time, "When it was seen to be gone."),
        ],
    };

    /// <summary>Canaries.</summary>
    public static ApiCollection Canaries { get; } = new()
    {
        Schema = "CanaryDeployment",
        From = "canaries AS t",
        Keys = [new("t.namespace"), new("t.name"), new("t.uid")],
        Filters =
        [
            ApiFilters.Model, ApiFilters.Name, ApiFilter.Equal("phase", "t.phase", "Phase.", ApiValues.OneOf([.. Enum.GetNames<CanaryPhase>()])),
            new("version", "Name of a version that is stable, tested or wanted.", ApiFilters.ObjectName, static (sought, given) =>
                sought.Add($"{sought.Place(given[0])} IN (t.stable_version, t.canary_version, t.wanted_version)")),
            ApiFilters.Deleted,
        ],
        Fields =
        [
            new("namespace", "t.namespace", Text, "Namespace."),
            new("name", "t.name", Text, "Name."),
            new("uid", "t.uid", Text, "UID."),
            new("model", "t.model", Text, "Model."),
            new("alias", "t.alias", Text, "Alias that follows promotions."),
            new("wantedVersion", "t.wanted_version", Text, "Version that is asked for."),
            new("phase", "t.phase", Text, "Phase."),
            new("reason", "t.reason", Text, "Reason of the phase."),
            new("message", "t.message", Text, "More for people."),
            new("stableVersion", "t.stable_version", Text, "Version that serves."),
            new("canaryVersion", "t.canary_version", Text, "Version under test."),
            new("rejectedVersion", "t.rejected_version", Text, "Version that was rolled back."),
            new("stableWeight", "t.stable_weight", Integer, "Percent of the stable version."),
            new("canaryWeight", "t.canary_weight", Integer, "Percent of the version under test."),
            new("step", "t.step", Text, "Step, for example 2/5."),
            new("createdAt", "t.created_at", ApiType.Time, "When it was created."),
            new("deletedAt", "t.deleted_at", ApiType.Time, "When it was seen to be gone."),
        ],
    };
}
