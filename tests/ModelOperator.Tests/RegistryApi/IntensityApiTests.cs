using System.Text.Json.Nodes;
using ModelOperator.Tests.Registry;
using static ModelOperator.Tests.Predictions.ReceiverWorld;

namespace ModelOperator.Tests.RegistryApi;

/// <summary>The software carbon intensity of models and versions, from a history that the test writes.</summary>
public sealed class IntensityApiTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    [PostgresFact]
    public async Task Failed_runs_belong_to_the_version_that_came_after_them_and_all_to_the_model()
    {
        var connection = await FilledAsync();
        await using var api = await ApiWorld.StartAsync(connection);
        // The first version: its run, 100, and the failed one before it, 40. It served 2,000 predictions for 60, its gateway took 20.
        Assert.Equal("2 1 0 140 80 0 2000 0 110", await SciAsync(api, "/api/v1/versions/ml/toys-1/sci"));
        // The second: a sweep's two trials of 50, one failed, the run beside them that failed, 7. Trained on a GPU for an hour: 9,075 mg. It never served.
        Assert.Equal("3 2 0 107 0 9075 - 0 -", await SciAsync(api, "/api/v1/versions/ml/toys-2/sci"));
        // Of the model also the run after the last version, 3.
        Assert.Equal("6 3 0 250 80 9075 2000 0 4702.5", await SciAsync(api, "/api/v1/models/ml/toys/sci"));
        Assert.Equal("0 0 0 0 0 0 - 0 -", await SciAsync(api, "/api/v1/models/ml/idle/sci"));
        Assert.Equal(404, (await api.GetAsync("/api/v1/models/other/toys/sci")).Status);
        Assert.Equal(404, (await api.GetAsync("/api/v1/versions/ml/toys-3/sci")).Status);
    }

    [PostgresFact]
    public async Task What_is_not_known_is_no_zero_and_what_was_costed_again_counts()
    {
        var connection = await FilledAsync();
        await PostgresServer.ExecuteAsync(connection, """
            INSERT INTO serving_energy_recosts (serving, hour, namespace, energy_milliwatt_hours, emissions_milligrams, intensity_milligrams_per_kwh, intensity_quality)
            VALUES ('ml/toys/server/toys-1', '2026-01-15 13:00+00', 'ml', 10, 30, 1, 'Measured');
            INSERT INTO run_energy_hours (run_uid, hour, namespace, seconds, energy_milliwatt_hours, energy_method, pue_milli, emissions_milligrams, intensity_milligrams_per_kwh, intensity_quality)
            VALUES ('first', '2026-01-15 10:00+00', 'ml', 3600, 10, 'ModelledCPU', 1000, 100, 1, 'Yearly');
            INSERT INTO run_energy_recosts (run_uid, hour, namespace, energy_milliwatt_hours, emissions_milligrams, intensity_milligrams_per_kwh, intensity_quality)
            VALUES ('first', '2026-01-15 10:00+00', 'ml', 10, 90, 1, 'Measured');
            """);
        await using var api = await ApiWorld.StartAsync(connection);
        Assert.Equal("2 1 0 130 50 0 2000 0 90", await SciAsync(api, "/api/v1/versions/ml/toys-1/sci"));
        await PostgresServer.ExecuteAsync(connection, "UPDATE serving_energy_hours SET predictions = NULL WHERE component = 'server'");
        Assert.Equal("2 1 0 130 50 0 - 1 -", await SciAsync(api, "/api/v1/versions/ml/toys-1/sci"));
        await PostgresServer.ExecuteAsync(connection, "UPDATE serving_energy_hours SET predictions = 2000 WHERE component = 'server'; UPDATE runs SET emissions_milligrams = NULL WHERE uid = 'failed'");
        Assert.Equal("2 1 1 90 50 0 2000 0 -", await SciAsync(api, "/api/v1/versions/ml/toys-1/sci"));
    }

    private static async Task<string> SciAsync(ApiWorld api, string path)
    {
        var (status, body) = await api.GetAsync(path);
        Assert.Equal(200, status);
        return string.Join(' ', ((string[])["runs", "failedRuns", "unknownRuns", "trainingMilligrams", "servingMilligrams", "embodiedMilligrams", "predictions", "unknownHours", "milligramsPerThousandPredictions"])
            .Select(name => ((JsonNode)body!)[name]?.ToJsonString() ?? "-"));
    }

    private async Task<string> FilledAsync()
    {
        var connection = await server.CreateDatabaseAsync();
        await MigrateAsync(connection);
        await PostgresServer.ExecuteAsync(connection, """
            INSERT INTO models (namespace, name, uid) VALUES ('ml', 'toys', 'm'), ('ml', 'idle', 'i');
            INSERT INTO runs (uid, namespace, name, model, phase, created_at, executions, failures, disruptions, emissions_milligrams, sweep_uid)
            VALUES ('failed', 'ml', 'failed', 'toys', 'Failed', '2026-01-15 09:00+00', 1, 1, 0, 40, NULL),
                ('first', 'ml', 'first', 'toys', 'Succeeded', '2026-01-15 10:00+00', 1, 0, 0, 100, NULL),
                ('sweep', 'ml', 'sweep', 'toys', 'Succeeded', '2026-01-15 11:00+00', 0, 0, 0, 100, NULL),
                ('won', 'ml', 'won', 'toys', 'Succeeded', '2026-01-15 11:01+00', 1, 0, 0, 50, 'sweep'),
                ('lost', 'ml', 'lost', 'toys', 'Failed', '2026-01-15 11:01+00', 1, 1, 0, 50, 'sweep'),
                ('beside', 'ml', 'beside', 'toys', 'Failed', '2026-01-15 12:30+00', 1, 1, 0, 7, NULL),
                ('late', 'ml', 'late', 'toys', 'Running', '2026-01-15 15:00+00', 1, 0, 0, 3, NULL),
                ('foreign', 'other', 'foreign', 'toys', 'Succeeded', '2026-01-15 09:00+00', 1, 0, 0, 9999, NULL);
            INSERT INTO sweep_trials (sweep_uid, trial, namespace, run, state, best) VALUES ('sweep', 0, 'ml', 'won', 'Succeeded', true), ('sweep', 1, 'ml', 'lost', 'Failed', false);
            INSERT INTO run_phases (run_uid, phase, namespace, seconds, gpu_seconds) VALUES ('won', 'Training', 'ml', 3600, 3600);
            -- The first version is registered while the sweep is at work already.
            INSERT INTO model_versions (namespace, model, number, name, uid, run_uid, phase, artifact_uri, artifact_digest, created_at)
            VALUES ('ml', 'toys', 1, 'toys-1', 'v1', 'first', 'Ready', 'x', 'x', '2026-01-15 12:00+00'), ('ml', 'toys', 2, 'toys-2', 'v2', 'sweep', 'Ready', 'x', 'x', '2026-01-15 14:00+00');
            INSERT INTO serving_energy_hours (serving, hour, namespace, canary, component, model, version, zone, seconds, energy_milliwatt_hours, energy_method, pue_milli, emissions_milligrams,
                intensity_milligrams_per_kwh, intensity_quality, gpu_seconds, predictions)
            VALUES ('ml/toys/server/toys-1', '2026-01-15 13:00+00', 'ml', 'toys', 'server', 'toys', 'toys-1', 'DEU', 3600, 10, 'ModelledCPU', 1000, 60, 1, 'Yearly', 0, 2000),
                ('ml/toys/gateway/toys-1', '2026-01-15 13:00+00', 'ml', 'toys', 'gateway', 'toys', 'toys-1', 'DEU', 3600, 10, 'ModelledCPU', 1000, 20, 1, 'Yearly', 0, NULL);
            """);
        return connection;
    }
}
