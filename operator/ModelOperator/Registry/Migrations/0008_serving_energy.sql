-- What model servers and gateways took, hour by hour (UTC), as booked: one row per CanaryDeployment, component and version. Null is not known, never zero.
CREATE TABLE serving_energy_hours (
    serving                      text        NOT NULL, -- namespace/canary/component/version
    hour                         timestamptz NOT NULL,
    namespace                    text        NOT NULL,
    canary                       text        NOT NULL,
    component                    text        NOT NULL, -- server or gateway
    model                        text        NOT NULL, -- '': not known
    version                      text        NOT NULL, -- of a gateway the stable one; '': not known
    zone                         text        NOT NULL,
    seconds                      bigint      NOT NULL, -- summed over Pods
    energy_milliwatt_hours       bigint      NOT NULL, -- overhead of the facility not included
    energy_method                text        NOT NULL,
    pue_milli                    bigint      NOT NULL,
    emissions_milligrams         bigint      NOT NULL, -- overhead included
    intensity_milligrams_per_kwh bigint      NOT NULL,
    intensity_quality            text        NOT NULL,
    intensity_source             text,
    currency                     text,
    cost_micros                  bigint,               -- null: something has no price
    gpu_seconds                  bigint      NOT NULL,
    idle_gpu_seconds             bigint,
    predictions                  bigint,               -- requests that the gateway answered 2xx; of servers only
    cpu_seconds_requested        bigint,
    cpu_seconds_used             bigint,
    memory_bytes_requested       bigint,               -- of one Pod
    memory_bytes_peak            bigint,               -- the most that one Pod used; disk likewise
    disk_bytes_requested         bigint,
    disk_bytes_peak              bigint,
    disk_bytes_read              bigint,               -- summed over Pods; network likewise
    disk_bytes_written           bigint,
    network_bytes_received       bigint,
    network_bytes_sent           bigint,
    recorded_at                  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (serving, hour)
);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_proc WHERE proname = 'create_hypertable' AND pg_function_is_visible(oid)) THEN
        PERFORM create_hypertable('serving_energy_hours'::regclass, 'hour'::name, chunk_time_interval => interval '30 days', create_default_indexes => false);
    END IF;
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'serving_energy_hours stays a plain table: %', SQLERRM;
END
$$;

CREATE INDEX serving_energy_hours_hour ON serving_energy_hours (hour, serving);

-- Pods whose time is not booked to its end, so that a process that comes later knows those that went. Gone with their last hour.
CREATE TABLE serving_pods (
    uid            text        PRIMARY KEY,
    namespace      text        NOT NULL,
    name           text        NOT NULL,
    canary         text        NOT NULL,
    component      text        NOT NULL,
    model          text        NOT NULL,
    version        text        NOT NULL,
    started_at     timestamptz NOT NULL,
    seen_at        timestamptz NOT NULL,
    ended_at       timestamptz,
    gpus           bigint      NOT NULL,
    cpu_millicores bigint,
    memory_bytes   bigint,
    disk_bytes     bigint,
    recorded_at    timestamptz NOT NULL DEFAULT now()
);

-- Up to where hours are booked; written with the rows of the last one.
CREATE TABLE serving_booked (
    only_row     boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    booked_until timestamptz NOT NULL
);

-- As run_energy_recosts.
CREATE TABLE serving_energy_recosts (
    id                           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    serving                      text        NOT NULL,
    hour                         timestamptz NOT NULL,
    namespace                    text        NOT NULL,
    energy_milliwatt_hours       bigint      NOT NULL,
    emissions_milligrams         bigint      NOT NULL,
    intensity_milligrams_per_kwh bigint      NOT NULL,
    intensity_quality            text        NOT NULL,
    intensity_source             text,
    recorded_at                  timestamptz NOT NULL DEFAULT now()
);

CREATE UNIQUE INDEX serving_energy_recosts_once ON serving_energy_recosts (serving, hour, energy_milliwatt_hours, intensity_quality);

-- As run_hours: each hour as booked, and beside it the best that is known now.
CREATE VIEW serving_hours AS
SELECT booked.*, COALESCE(better.emissions_milligrams, booked.emissions_milligrams) AS known_milligrams,
    COALESCE(better.intensity_milligrams_per_kwh, booked.intensity_milligrams_per_kwh) AS known_intensity,
    COALESCE(better.intensity_quality, booked.intensity_quality) AS known_quality,
    COALESCE(better.intensity_source, booked.intensity_source) AS known_source,
    better.recorded_at AS recosted_at
FROM serving_energy_hours AS booked LEFT JOIN LATERAL (
    SELECT * FROM serving_energy_recosts AS recost
    WHERE recost.serving = booked.serving AND recost.hour = booked.hour AND recost.energy_milliwatt_hours = booked.energy_milliwatt_hours
    ORDER BY array_position(ARRAY['Measured', 'Estimated', 'Forecast', 'Stale', 'SameHour', 'Yearly'], recost.intensity_quality), recost.id DESC LIMIT 1) AS better ON true;

-- Disk and network of runs, beside what 0006 has of CPU and memory.
ALTER TABLE runs
    ADD COLUMN disk_bytes_requested   bigint, -- ephemeral storage
    ADD COLUMN disk_bytes_peak        bigint,
    ADD COLUMN disk_bytes_read        bigint,
    ADD COLUMN disk_bytes_written     bigint,
    ADD COLUMN network_bytes_received bigint,
    ADD COLUMN network_bytes_sent     bigint;

-- All that accounts are made of: a row per run, and a row per hour of each server and gateway, which belongs to the run that its version came from.
CREATE VIEW account_entries AS
SELECT 'run' AS kind, held.uid, held.namespace, held.name, held.model, held.framework, held.region, held.created_by, held.began_at, held.currency, held.cost_micros,
    held.facility_milliwatt_hours, held.emissions_milligrams, held.booked_milligrams, held.trained_seconds AS seconds, held.lost_seconds, held.gpu_seconds, held.idle_gpu_seconds,
    held.lost_gpu_seconds, held.trained_seconds * held.cpu_millicores_requested / 1000 AS cpu_seconds_requested, held.trained_seconds * held.cpu_millicores_used / 1000 AS cpu_seconds_used,
    held.memory_bytes_requested, held.memory_bytes_peak, runs.disk_bytes_requested, runs.disk_bytes_peak, runs.disk_bytes_read, runs.disk_bytes_written,
    runs.network_bytes_received, runs.network_bytes_sent, NULL::bigint AS predictions, held.advice, NULL::text AS serving
FROM run_accounts AS held JOIN runs ON runs.uid = held.uid
UNION ALL
SELECT hours.component, runs.uid, hours.namespace, COALESCE(runs.name, 'unknown'), COALESCE(NULLIF(hours.model, ''), 'unknown'), COALESCE(runs.framework, 'unknown'), hours.zone,
    COALESCE(runs.created_by, 'unknown'), hours.hour, hours.currency, hours.cost_micros, hours.energy_milliwatt_hours * hours.pue_milli / 1000, hours.known_milligrams,
    hours.emissions_milligrams, hours.seconds, NULL, hours.gpu_seconds, hours.idle_gpu_seconds, NULL, hours.cpu_seconds_requested, hours.cpu_seconds_used,
    hours.memory_bytes_requested, hours.memory_bytes_peak, hours.disk_bytes_requested, hours.disk_bytes_peak, hours.disk_bytes_read, hours.disk_bytes_written,
    hours.network_bytes_received, hours.network_bytes_sent, hours.predictions, NULL, hours.serving
FROM serving_hours AS hours
LEFT JOIN LATERAL (
    SELECT version.run_uid FROM model_versions AS version WHERE version.namespace = hours.namespace AND version.name = hours.version
    ORDER BY version.deleted_at DESC NULLS FIRST LIMIT 1) AS made ON true
LEFT JOIN runs ON runs.uid = made.run_uid;

-- The same by phase. Deployment is model servers, Monitoring the gateways that split and count what canaries are judged by.
CREATE VIEW phase_entries AS
SELECT 'run' AS kind, part.phase, held.namespace, held.began_at, held.currency, part.cost_micros,
    part.energy_milliwatt_hours * held.facility_milliwatt_hours / NULLIF(held.energy_milliwatt_hours, 0) AS facility_milliwatt_hours, part.emissions_milligrams,
    part.emissions_milligrams AS booked_milligrams, part.seconds, NULL::bigint AS lost_seconds, part.gpu_seconds, NULL::bigint AS idle_gpu_seconds, NULL::bigint AS lost_gpu_seconds,
    NULL::bigint AS cpu_seconds_requested, NULL::bigint AS cpu_seconds_used, NULL::bigint AS predictions
FROM run_accounts AS held JOIN run_phases AS part ON part.run_uid = held.uid
UNION ALL
SELECT kind, CASE kind WHEN 'server' THEN 'Deployment' ELSE 'Monitoring' END, namespace, began_at, currency, cost_micros, facility_milliwatt_hours, emissions_milligrams,
    booked_milligrams, seconds, NULL, gpu_seconds, idle_gpu_seconds, NULL, cpu_seconds_requested, cpu_seconds_used, predictions
FROM account_entries WHERE kind <> 'run';
