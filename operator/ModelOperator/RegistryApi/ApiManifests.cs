using static ModelOperator.RegistryApi.ApiType;

namespace ModelOperator.RegistryApi;

/// <summary>Versions as the manifests by which they can be made again, when somebody deleted one.</summary>
public static class ApiManifests
{
    /// <summary>ModelVersions.</summary>
    public static ApiCollection Versions { get; } = new()
    {
        Schema = "ModelVersionManifest",
        From = "model_versions AS t",
        Keys = [.. ApiCollections.VersionKeys],
        Fields =
        [
            new("apiVersion", $"'{Api.ModelOperatorApi.GroupVersion}'", Text, "For kubectl apply."),
            new("kind", "'ModelVersion'", Text, "For kubectl apply."),
            new("metadata", "jsonb_build_object('name', t.name, 'namespace', t.namespace)", Map, "Name and namespace."),
            new("spec", """
                jsonb_strip_nulls(jsonb_build_object(
                    'model', t.model,
                    'artifact', jsonb_build_object('uri', t.artifact_uri, 'digest', t.artifact_digest, 'format', t.artifact_format, 'sizeBytes', t.artifact_size_bytes),
                    'trainingRun', CASE WHEN t.run_name IS NOT NULL THEN jsonb_build_object('name', t.run_name, 'uid', t.run_uid) END,
                    'external', CASE WHEN t.external_uri IS NOT NULL THEN jsonb_build_object('uri', t.external_uri) END,
                    'tags', t.tags, 'description', t.description, 'archived', CASE WHEN t.archived THEN true END,
                    'lineage', CASE WHEN t.lineage IS NOT NULL THEN t.lineage - 'repo' - 'revision' || jsonb_build_object('source',
                        CASE WHEN t.lineage ?| ARRAY['repo', 'revision'] THEN jsonb_build_object('repo', t.lineage->'repo', 'revision', t.lineage->'revision') END) END,
                    'metrics', (SELECT jsonb_agg(jsonb_build_object('name', m.key, 'value', m.value #>> '{}') ORDER BY m.key) FROM jsonb_each(t.metrics) AS m),
                    'energy', CASE WHEN t.energy_method IS NOT NULL THEN jsonb_build_object('energyMilliwattHours', t.energy_milliwatt_hours,
                        'emissionsMilligrams', t.emissions_milligrams, 'intensityMilligramsPerKwh', t.intensity_milligrams_per_kwh, 'method', t.energy_method,
                        'pueMilli', (SELECT r.pue_milli FROM runs AS r WHERE r.uid = t.run_uid),
                        'coveragePercent', (SELECT r.energy_coverage_percent FROM runs AS r WHERE r.uid = t.run_uid)) END))
                """, Map, "What it was made of. Its signature, the aliases that it asked for and the sweep's part of its lineage are not in the history."),
        ],
    };
}
