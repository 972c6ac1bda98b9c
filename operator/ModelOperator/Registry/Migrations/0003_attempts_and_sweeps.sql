-- How a run's attempts ended besides failures and disruptions, and what a run has to do with a sweep. Null in rows that were written before: not known.
ALTER TABLE runs
    ADD COLUMN pauses       bigint,
    ADD COLUMN yields       bigint,
    ADD COLUMN ignored      bigint,             -- failures that a rule of the run's policy did not count
    ADD COLUMN sweep        text,               -- of a trial: its sweep, which is a run too
    ADD COLUMN sweep_uid    text,
    ADD COLUMN trial        bigint,
    ADD COLUMN sweep_ending text,               -- of a sweep: why it is over, one word
    ADD COLUMN sweep_reason text;               -- of a sweep: why the registered trial was chosen

CREATE INDEX runs_sweep ON runs (sweep_uid) WHERE sweep_uid IS NOT NULL;

-- Every trial as its sweep tells it, losers and failures too: the row outlives the trial's run. A trial that was never made has no run.
CREATE TABLE sweep_trials (
    sweep_uid              text        NOT NULL REFERENCES runs (uid),
    trial                  bigint      NOT NULL,
    namespace              text        NOT NULL,
    run                    text        NOT NULL,
    run_uid                text,
    state                  text        NOT NULL,
    reason                 text,
    rung                   bigint,
    choice                 text,
    value                  text,               -- of the objective
    params                 jsonb,              -- null in large sweeps: the trial's run says it
    energy_milliwatt_hours bigint,
    emissions_milligrams   bigint,
    best                   boolean     NOT NULL, -- so far; of an ended sweep: the one that was registered, if any was
    recorded_at            timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (sweep_uid, trial)
);
