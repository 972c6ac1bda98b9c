-- History of models, runs, canaries and budgets. The cluster keeps the truth; every row can be written again from the objects
-- that exist. "namespace" is the tenant key of every table. Times are UTC. Energy is in milliwatt-hours, emissions in milligrams
-- of CO2 equivalent, intensity in milligrams per kilowatt-hour: integers, so that sums are exact.

CREATE TABLE models (
    namespace      text        NOT NULL,
    name           text        NOT NULL,
    uid            text,                       -- null while only a version of it was seen
    description    text,
    next_version   bigint,
    latest_version text,
    versions       bigint,
    created_at     timestamptz,
    deleted_at     timestamptz,                -- when the object was found to be gone
    recorded_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace, name)
);

CREATE TABLE model_versions (
    namespace                    text        NOT NULL,
    model                        text        NOT NULL,
    number                       bigint      NOT NULL CHECK (number > 0),
    name                         text        NOT NULL,
    uid                          text        NOT NULL,
    run_name                     text,
    run_uid                      text,         -- null for a model trained elsewhere
    phase                        text        NOT NULL,
    reason                       text,
    artifact_uri                 text        NOT NULL,
    artifact_digest              text        NOT NULL,
    artifact_format              text,
    artifact_size_bytes          bigint,
    verified_digest              text,
    verified_at                  timestamptz,
    description                  text,
    tags                         jsonb,
    lineage                      jsonb,
    metrics                      jsonb,
    energy_milliwatt_hours       bigint,
    emissions_milligrams         bigint,
    intensity_milligrams_per_kwh bigint,
    energy_method                text,
    created_at                   timestamptz,
    deleted_at                   timestamptz,
    recorded_at                  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace, model, number),
    FOREIGN KEY (namespace, model) REFERENCES models (namespace, name)
);

-- A run makes one version; one that was deleted and registered anew keeps both rows.
CREATE UNIQUE INDEX model_versions_run ON model_versions (namespace, run_uid) WHERE run_uid IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX model_versions_digest ON model_versions (artifact_digest);
CREATE INDEX model_versions_tags ON model_versions USING gin (tags jsonb_path_ops);

-- The alias in force; its version is there, always.
CREATE TABLE aliases (
    namespace text        NOT NULL,
    model     text        NOT NULL,
    alias     text        NOT NULL,
    number    bigint      NOT NULL,
    version   text        NOT NULL,
    owner     text        NOT NULL,            -- Git, Version or Canary/<name>
    since     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace, model, alias),
    FOREIGN KEY (namespace, model, number) REFERENCES model_versions (namespace, model, number) ON DELETE RESTRICT
);

-- One row per move of an alias, written by the very statement that moves it. number is null where the alias was given up.
CREATE TABLE alias_history (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    namespace text        NOT NULL,
    model     text        NOT NULL,
    alias     text        NOT NULL,
    number    bigint,
    version   text,
    owner     text,
    at        timestamptz NOT NULL,
    FOREIGN KEY (namespace, model) REFERENCES models (namespace, name),
    FOREIGN KEY (namespace, model, number) REFERENCES model_versions (namespace, model, number) ON DELETE RESTRICT
);

CREATE INDEX alias_history_alias ON alias_history (namespace, model, alias, at);

-- A run names its model, but a model exists only once a run has published: no foreign key.
CREATE TABLE runs (
    uid                              text        PRIMARY KEY,
    namespace                        text        NOT NULL,
    name                             text        NOT NULL,
    model                            text        NOT NULL,
    phase                            text        NOT NULL,
    reason                           text,
    message                          text,
    created_at                       timestamptz,
    started_at                       timestamptz,
    running_at                       timestamptz,
    completed_at                     timestamptz,
    executions                       bigint      NOT NULL,
    failures                         bigint      NOT NULL,
    disruptions                      bigint      NOT NULL,
    device                           text,
    estimate_milliwatt_hours_p50     bigint,
    estimate_milliwatt_hours_p95     bigint,
    estimate_milligrams_p50          bigint,
    estimate_milligrams_p95          bigint,
    estimate_basis                   text,
    energy_milliwatt_hours           bigint,
    emissions_milligrams             bigint,
    intensity_milligrams_per_kwh     bigint,
    pue_milli                        bigint,
    energy_method                    text,
    energy_coverage_percent          bigint,
    intensity_source                 text,
    image                            text,
    artifact_digest                  text,
    model_version                    text,
    params                           jsonb,
    metrics                          jsonb,
    datasets                         jsonb,
    deleted_at                       timestamptz,
    recorded_at                      timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX runs_name ON runs (namespace, name);
CREATE INDEX runs_model ON runs (namespace, model, created_at);

CREATE TABLE run_attempts (
    run_uid                text        NOT NULL REFERENCES runs (uid),
    number                 bigint      NOT NULL,
    namespace              text        NOT NULL,
    pod_name               text,
    pod_uid                text,
    node                   text,
    decided_at             timestamptz,
    started_at             timestamptz,
    ended_at               timestamptz,
    exit_code              bigint,
    reason                 text,
    message                text,
    energy_milliwatt_hours bigint,
    recorded_at            timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_uid, number)
);

-- The versions named here may be older than the database: no foreign key.
CREATE TABLE canary_outcomes (
    canary_uid  text        NOT NULL,
    version     text        NOT NULL,
    outcome     text        NOT NULL,           -- Deployed, Promoted, RolledBack or Superseded
    finished_at timestamptz NOT NULL,
    namespace   text        NOT NULL,
    canary      text        NOT NULL,
    model       text        NOT NULL,
    stable      text,
    reason      text,
    metric      text,
    value       text,
    baseline    text,
    bound       text,
    samples     bigint,
    started_at  timestamptz,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (canary_uid, version, outcome, finished_at)
);

CREATE INDEX canary_outcomes_canary ON canary_outcomes (namespace, canary, finished_at);

CREATE TABLE decisions (
    canary_uid     text        NOT NULL,
    at             timestamptz NOT NULL,
    action         text        NOT NULL,
    reason         text        NOT NULL,
    metric         text        NOT NULL,        -- '' where no metric decided
    namespace      text        NOT NULL,
    canary         text        NOT NULL,
    model          text        NOT NULL,
    stable_version text,
    canary_version text,
    value          text,
    baseline       text,
    bound          text,
    samples        bigint,
    message        text,
    recorded_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (canary_uid, at, action, reason, metric)
);

-- Append-only. A run may reserve, give back and reserve again, so a reservation is told apart by the time it was made; what a run
-- used is booked once per budget, whatever happened before.
CREATE TABLE budget_ledger (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    namespace       text        NOT NULL,
    budget          text        NOT NULL,
    budget_uid      text        NOT NULL,
    run             text        NOT NULL,
    run_uid         text        NOT NULL,       -- '' in a roll
    kind            text        NOT NULL CHECK (kind IN ('reserve', 'settle', 'release', 'roll')),
    milligrams      bigint      NOT NULL,
    milliwatt_hours bigint      NOT NULL,       -- overhead of the facility included
    reserved_at     timestamptz NOT NULL,       -- the reservation that is made, used or given back; the window's start in a roll
    basis           text        NOT NULL,       -- what the amounts rest on
    at              timestamptz NOT NULL,
    recorded_at     timestamptz NOT NULL DEFAULT now()
);

CREATE UNIQUE INDEX budget_ledger_once ON budget_ledger (budget_uid, run_uid, kind, reserved_at);
CREATE UNIQUE INDEX budget_ledger_settled_once ON budget_ledger (budget_uid, run_uid) WHERE kind = 'settle';
CREATE INDEX budget_ledger_run ON budget_ledger (namespace, run_uid);

CREATE FUNCTION budget_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'budget_ledger is append-only: % is refused', TG_OP;
END
$$;

CREATE TRIGGER budget_ledger_append_only BEFORE UPDATE OR DELETE ON budget_ledger
    FOR EACH ROW EXECUTE FUNCTION budget_ledger_is_append_only();

-- One row per window of a budget; the sums are the last that were seen, and closed says that they are final.
CREATE TABLE budget_windows (
    budget_uid               text        NOT NULL,
    window_start             timestamptz NOT NULL,
    window_end               timestamptz NOT NULL,
    namespace                text        NOT NULL,
    budget                   text        NOT NULL,
    limit_milligrams         bigint,
    limit_milliwatt_hours    bigint,
    settled_milligrams       bigint      NOT NULL,
    settled_milliwatt_hours  bigint      NOT NULL,
    reserved_milligrams      bigint      NOT NULL,
    reserved_milliwatt_hours bigint      NOT NULL,
    debt_milligrams          bigint      NOT NULL,
    debt_milliwatt_hours     bigint      NOT NULL,
    settled_runs             bigint      NOT NULL,
    closed                   boolean     NOT NULL DEFAULT false,
    recorded_at              timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (budget_uid, window_start)
);
