-- What each run used, hour by hour (UTC), and the intensity that it was costed with: enough to cost it again when a source learns better. These rows say what was
-- booked and follow the run's status.
CREATE TABLE run_energy_hours (
    run_uid                      text        NOT NULL REFERENCES runs (uid),
    hour                         timestamptz NOT NULL,
    namespace                    text        NOT NULL,
    zone                         text,
    seconds                      bigint      NOT NULL, -- in which the trainer ran
    energy_milliwatt_hours       bigint      NOT NULL, -- over all nodes, overhead of the facility not included
    energy_method                text        NOT NULL,
    pue_milli                    bigint      NOT NULL,
    emissions_milligrams         bigint      NOT NULL, -- overhead included
    intensity_milligrams_per_kwh bigint      NOT NULL,
    intensity_quality            text        NOT NULL, -- Measured, Estimated, Forecast, Stale, SameHour or Yearly
    intensity_source             text,
    recorded_at                  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_uid, hour)
);

-- A hypertable where the extension is in this database, else a plain table: whatever goes wrong with the former, the latter is enough.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_proc WHERE proname = 'create_hypertable' AND pg_function_is_visible(oid)) THEN
        PERFORM create_hypertable('run_energy_hours'::regclass, 'hour'::name, chunk_time_interval => interval '30 days', create_default_indexes => false);
    END IF;
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'run_energy_hours stays a plain table: %', SQLERRM;
END
$$;

CREATE INDEX run_energy_hours_hour ON run_energy_hours (hour, run_uid);

-- An hour costed again. Rows are only added; each belongs to one amount of energy, so that an hour that a later attempt adds to is costed anew.
CREATE TABLE run_energy_recosts (
    id                           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_uid                      text        NOT NULL REFERENCES runs (uid),
    hour                         timestamptz NOT NULL,
    namespace                    text        NOT NULL,
    energy_milliwatt_hours       bigint      NOT NULL,
    emissions_milligrams         bigint      NOT NULL,
    intensity_milligrams_per_kwh bigint      NOT NULL,
    intensity_quality            text        NOT NULL,
    intensity_source             text,
    recorded_at                  timestamptz NOT NULL DEFAULT now()
);

CREATE UNIQUE INDEX run_energy_recosts_once ON run_energy_recosts (run_uid, hour, energy_milliwatt_hours, intensity_quality);

-- Each hour as booked, and beside it the best that is known now.
CREATE VIEW run_hours AS
SELECT booked.run_uid, booked.hour, booked.namespace, booked.zone, booked.seconds, booked.energy_milliwatt_hours, booked.energy_method, booked.pue_milli,
    booked.emissions_milligrams AS booked_milligrams, booked.intensity_quality AS booked_quality, booked.intensity_milligrams_per_kwh AS booked_intensity,
    COALESCE(better.emissions_milligrams, booked.emissions_milligrams) AS emissions_milligrams,
    COALESCE(better.intensity_milligrams_per_kwh, booked.intensity_milligrams_per_kwh) AS intensity_milligrams_per_kwh,
    COALESCE(better.intensity_quality, booked.intensity_quality) AS intensity_quality,
    COALESCE(better.intensity_source, booked.intensity_source) AS intensity_source,
    better.recorded_at AS recosted_at
FROM run_energy_hours AS booked LEFT JOIN LATERAL (
    SELECT * FROM run_energy_recosts AS recost
    WHERE recost.run_uid = booked.run_uid AND recost.hour = booked.hour AND recost.energy_milliwatt_hours = booked.energy_milliwatt_hours
    ORDER BY array_position(ARRAY['Measured', 'Estimated', 'Forecast', 'Stale', 'SameHour', 'Yearly'], recost.intensity_quality), recost.id DESC LIMIT 1) AS better ON true;

-- Each run as booked, which is what budgets count, and as it is known now.
CREATE VIEW run_emissions AS
SELECT runs.uid, runs.namespace, runs.name, runs.emissions_milligrams AS booked_milligrams,
    runs.emissions_milligrams + COALESCE(hours.change, 0)::bigint AS emissions_milligrams, COALESCE(hours.recosted, 0) AS recosted_hours
FROM runs LEFT JOIN (
    SELECT run_uid, sum(emissions_milligrams - booked_milligrams) AS change, count(recosted_at) AS recosted FROM run_hours GROUP BY run_uid) AS hours ON hours.run_uid = runs.uid;

-- A hold that changed after it was made: by an extension, or because a paused run's use was booked and the rest given back. Amounts are what is reserved from
-- then on; booked_* what of the run was booked before, on top of which it is.
ALTER TABLE budget_ledger
    ADD COLUMN booked_milligrams      bigint,
    ADD COLUMN booked_milliwatt_hours bigint,
    DROP CONSTRAINT budget_ledger_kind_check,
    ADD CONSTRAINT budget_ledger_kind_check CHECK (kind IN ('reserve', 'adjust', 'settle', 'release', 'roll'));

DROP INDEX budget_ledger_once;
CREATE UNIQUE INDEX budget_ledger_once ON budget_ledger (budget_uid, run_uid, kind, reserved_at) WHERE kind <> 'adjust';
CREATE UNIQUE INDEX budget_ledger_adjusted_once ON budget_ledger (budget_uid, run_uid, reserved_at, at) WHERE kind = 'adjust';
