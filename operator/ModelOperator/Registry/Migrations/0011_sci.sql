-- Software carbon intensity of models and their versions: SCI = (O + M) / R with R in predictions (docs/registry-api.md). Failed runs are part of the price.
CREATE INDEX serving_energy_hours_model ON serving_energy_hours (namespace, model, version);

-- What counts: every run of a model, of a sweep its trials; every hour of its servers and of the gateways before them. A run belongs to the version that it, or
-- its sweep, became; one that became none to the first version that came after it; the latest of them to none yet. Emissions as they are known now.
CREATE VIEW sci_entries AS
SELECT 'run' AS kind, run.namespace, run.model, COALESCE(own.name, later.name) AS version, run.phase = 'Failed' AS failed,
    run.emissions_milligrams + COALESCE(better.change, 0)::bigint AS emissions_milligrams, run.emissions_milligrams IS NULL AND run.executions > 0 AS unknown,
    COALESCE(held.gpu_seconds, 0)::bigint AS gpu_seconds, NULL::bigint AS predictions
FROM runs AS run
LEFT JOIN LATERAL (
    SELECT version.name FROM model_versions AS version WHERE version.namespace = run.namespace AND version.run_uid = COALESCE(run.sweep_uid, run.uid)
    ORDER BY version.number LIMIT 1) AS own ON true
LEFT JOIN LATERAL (
    SELECT version.name FROM model_versions AS version WHERE version.namespace = run.namespace AND version.model = run.model AND version.created_at >= run.created_at
    ORDER BY version.created_at, version.number LIMIT 1) AS later ON own.name IS NULL
LEFT JOIN LATERAL (SELECT sum(hours.emissions_milligrams - hours.booked_milligrams) AS change FROM run_hours AS hours WHERE hours.run_uid = run.uid) AS better ON true
LEFT JOIN LATERAL (SELECT sum(part.gpu_seconds) AS gpu_seconds FROM run_phases AS part WHERE part.run_uid = run.uid) AS held ON true
WHERE NOT EXISTS (SELECT FROM sweep_trials AS trial WHERE trial.sweep_uid = run.uid)
UNION ALL
SELECT hours.component, hours.namespace, hours.model, NULLIF(hours.version, ''), false, hours.known_milligrams, hours.component = 'server' AND hours.predictions IS NULL,
    hours.gpu_seconds, hours.predictions
FROM serving_hours AS hours;
