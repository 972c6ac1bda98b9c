-- Who let which run exceed which budget, why, and what came of it. The row outlives the object.
CREATE TABLE budget_overrides (
    uid                     text        PRIMARY KEY,
    namespace               text        NOT NULL,
    name                    text        NOT NULL,
    budget                  text        NOT NULL,
    run                     text        NOT NULL,
    run_uid                 text,               -- null until the operator has bound it to a run
    extra_milligrams        bigint      NOT NULL,
    extra_milliwatt_hours   bigint      NOT NULL,
    reason                  text        NOT NULL,
    approved_by             text        NOT NULL,
    expires_at              timestamptz NOT NULL,
    phase                   text        NOT NULL,
    phase_reason            text,
    booked_milligrams       bigint,             -- beyond the limit by it; null when it was not used
    booked_milliwatt_hours  bigint,
    created_at              timestamptz,
    used_at                 timestamptz,
    deleted_at              timestamptz,
    recorded_at             timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX budget_overrides_run ON budget_overrides (run_uid) WHERE run_uid IS NOT NULL;

-- Who created a run, as stamped at admission. Null in rows that were written before: not known.
ALTER TABLE runs ADD COLUMN created_by text;
