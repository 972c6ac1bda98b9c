-- Accounts: what runs cost, and what they asked for beside what they used. Null in rows that were written before: not known. Money is in millionths of the currency.
ALTER TABLE runs
    ADD COLUMN zone                    text,
    ADD COLUMN framework               text,   -- of the spec; where it names none, the format of the artifact
    ADD COLUMN gpu_model               text,
    ADD COLUMN currency                text,
    ADD COLUMN cost_micros             bigint,
    ADD COLUMN trained_seconds         bigint,
    ADD COLUMN lost_seconds            bigint, -- of them: nothing came of it
    ADD COLUMN gpus                    bigint, -- of all nodes
    ADD COLUMN gpu_utilisation_percent bigint,
    ADD COLUMN idle_gpu_seconds        bigint, -- of the attempts whose utilisation is known
    ADD COLUMN cpu_millicores_requested bigint,
    ADD COLUMN cpu_millicores_used     bigint,
    ADD COLUMN memory_bytes_requested  bigint,
    ADD COLUMN memory_bytes_peak       bigint,
    ADD COLUMN advice                  jsonb;

CREATE TABLE run_phases (
    run_uid                text        NOT NULL REFERENCES runs (uid),
    phase                  text        NOT NULL, -- Data, Training or Evaluation
    namespace              text        NOT NULL,
    seconds                bigint      NOT NULL,
    gpu_seconds            bigint      NOT NULL,
    energy_milliwatt_hours bigint,               -- null: not known
    emissions_milligrams   bigint,
    cost_micros            bigint,               -- null: something has no price
    recorded_at            timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_uid, phase)
);

-- One row per run that trained something itself: a sweep's amounts are those of its trials, which are runs of their own.
CREATE VIEW run_accounts AS
SELECT runs.uid, runs.namespace, runs.name, runs.model, COALESCE(runs.framework, 'unknown') AS framework, COALESCE(runs.zone, 'unknown') AS region,
    COALESCE(runs.created_by, 'unknown') AS created_by, COALESCE(runs.running_at, runs.started_at, runs.created_at) AS began_at, runs.phase,
    runs.currency, runs.cost_micros, runs.energy_milliwatt_hours, runs.energy_milliwatt_hours * GREATEST(COALESCE(runs.pue_milli, 1000), 1000) / 1000 AS facility_milliwatt_hours,
    runs.emissions_milligrams AS booked_milligrams, run_emissions.emissions_milligrams, runs.trained_seconds, runs.lost_seconds,
    COALESCE(held.gpu_seconds, 0)::bigint AS gpu_seconds, runs.lost_seconds * runs.gpus AS lost_gpu_seconds,
    runs.idle_gpu_seconds,
    runs.trained_seconds * (runs.cpu_millicores_requested - runs.cpu_millicores_used) / 1000 AS idle_cpu_seconds,
    runs.cpu_millicores_requested, runs.cpu_millicores_used, runs.memory_bytes_requested, runs.memory_bytes_peak, runs.gpu_utilisation_percent, runs.advice
FROM runs JOIN run_emissions ON run_emissions.uid = runs.uid
LEFT JOIN (SELECT run_uid, sum(gpu_seconds) AS gpu_seconds FROM run_phases GROUP BY run_uid) AS held ON held.run_uid = runs.uid
WHERE NOT EXISTS (SELECT FROM sweep_trials WHERE sweep_trials.sweep_uid = runs.uid) AND runs.trained_seconds IS NOT NULL;
