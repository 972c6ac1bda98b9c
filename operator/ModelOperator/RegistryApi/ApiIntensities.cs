using System.Collections.Immutable;
using System.Globalization;
using ModelOperator.Carbon.Accounting;
using static ModelOperator.RegistryApi.ApiType;

namespace ModelOperator.RegistryApi;

/// <summary>
/// Software carbon intensity, (O + M) / R (ISO/IEC 21031): O are the emissions of all runs, failed ones included, of the servers and their gateways, M the share of the
/// GPUs' making for the time that they were held, R a thousand predictions. Without one of them there is no figure.
/// </summary>
internal static class ApiIntensities
{
    private static readonly string Sums = string.Create(CultureInfo.InvariantCulture, $"""
        count(*) FILTER (WHERE e.kind = 'run') AS runs, count(*) FILTER (WHERE e.failed) AS failed_runs, count(*) FILTER (WHERE e.kind = 'run' AND e.unknown) AS unknown_runs,
        COALESCE(sum(e.emissions_milligrams) FILTER (WHERE e.kind = 'run'), 0)::bigint AS training_milligrams,
        COALESCE(sum(e.emissions_milligrams) FILTER (WHERE e.kind <> 'run'), 0)::bigint AS serving_milligrams, COALESCE(round(sum(e.gpu_seconds) * {EmbodiedShare.DefaultGpuKilograms}000000.0 / ({EmbodiedShare.DefaultLifespanHours} * 3600))::bigint, 0) AS embodied_milligrams,
        sum(e.predictions)::bigint AS predictions, count(*) FILTER (WHERE e.kind <> 'run' AND e.unknown) AS unknown_hours
        """);

    private static readonly ImmutableArray<ApiField> Members =
    [
        new("runs", "t.runs", Integer, "Runs; a sweep counts by its trials."),
        new("failedRuns", "t.failed_runs", Integer, "Those of them that failed."),
        new("unknownRuns", "t.unknown_runs", Integer, "Those that trained and whose emissions are not known."),
        new("trainingMilligrams", "t.training_milligrams", Integer, "Emissions of the runs, failed ones included, CO2 equivalent."),
        new("servingMilligrams", "t.serving_milligrams", Integer, "Emissions of the servers and gateways."),
        new("embodiedMilligrams", "t.embodied_milligrams", Integer, "Share of the making of the GPUs that runs and servers held."),
        new("predictions", "t.predictions", Integer, "Requests that gateways answered 2xx; absent where nobody counted."),
        new("unknownHours", "t.unknown_hours", Integer, "Hours of servers whose predictions nobody counted; the figure is too high by them."),
        new("milligramsPerThousandPredictions", """
            CASE WHEN t.unknown_runs = 0 AND t.predictions > 0
                THEN ((t.training_milligrams + t.serving_milligrams + t.embodied_milligrams) * 1000.0 / t.predictions)::double precision END
            """, Number, "All of it for a thousand predictions; absent without predictions, and where emissions of a run are not known."),
    ];

    /// <summary>Of a model, all of its runs and versions.</summary>
    public static ApiCollection Models { get; } = Of("ModelIntensity", "models", "all_of.uid IS NOT NULL", "e.model = all_of.name", new("name", "t.name", Text, "Model."));

    /// <summary>Of a version: the run that it came from, those before it that came to nothing, and its servers.</summary>
    public static ApiCollection Versions { get; } =
        Of("VersionIntensity", "model_versions", "true", "e.model = all_of.model AND e.version = all_of.name", new("name", "t.name", Text, "ModelVersion."));

    private static ApiCollection Of(string schema, string table, string which, string entries, ApiField name) => new()
    {
        Schema = schema,
        From = $"(SELECT all_of.namespace, all_of.name, sums.* FROM {table} AS all_of CROSS JOIN LATERAL (SELECT {Sums} FROM sci_entries AS e WHERE e.namespace = all_of.namespace AND {entries}) AS sums WHERE {which}) AS t",
        Keys = [new("t.namespace"), new("t.name")],
        Fields = [new("namespace", "t.namespace", Text, "Namespace."), name, .. Members],
    };
}
