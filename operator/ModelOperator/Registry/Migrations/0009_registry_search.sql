-- What the registry is searched by, and what its API shows of budgets and canaries as they are. Values of metrics stand beside the rows
-- that they belong to, so that "validation_rmse below 500" is a range of an index; triggers keep them in step, whoever writes.
ALTER TABLE model_versions
    ADD COLUMN archived     boolean NOT NULL DEFAULT false,
    ADD COLUMN external_uri text;               -- where a model trained elsewhere comes from

CREATE INDEX model_versions_name ON model_versions (namespace, name);

-- What a version is found by: its tags, and of its lineage the datasets, source, image, parent, input hash and parameters. One row each, by a hash, in the order
-- in which versions are shown: a page of a rare mark and a page of a common one both cost a page. Whoever asks compares the text itself, too.
CREATE TABLE version_marks (
    mark      bigint NOT NULL,
    namespace text   NOT NULL,
    model     text   NOT NULL,
    number    bigint NOT NULL,
    PRIMARY KEY (mark, namespace, model, number),
    FOREIGN KEY (namespace, model, number) REFERENCES model_versions (namespace, model, number) ON DELETE CASCADE
);

-- Marks differ by five orders of magnitude in how many versions carry them.
ALTER TABLE version_marks ALTER COLUMN mark SET STATISTICS 1000;

CREATE INDEX version_marks_version ON version_marks (namespace, model, number);

CREATE FUNCTION marks_of(tags jsonb, lineage jsonb) RETURNS TABLE (mark bigint) LANGUAGE sql IMMUTABLE AS $$
    SELECT DISTINCT hashtextextended(made.told, 0) FROM (
        SELECT 'tag:' || one.key || '=' || one.value FROM jsonb_each_text(CASE WHEN jsonb_typeof(tags) = 'object' THEN tags END) AS one
        UNION ALL SELECT 'param:' || one.key || '=' || one.value
            FROM jsonb_each_text(CASE WHEN jsonb_typeof(lineage->'params') = 'object' THEN lineage->'params' END) AS one
        UNION ALL SELECT kind || ':' || (lineage->>kind) FROM unnest(ARRAY['repo', 'revision', 'image', 'parent', 'inputHash']) AS kind
        UNION ALL SELECT pair.told FROM jsonb_array_elements(CASE WHEN jsonb_typeof(lineage->'datasets') = 'array' THEN lineage->'datasets' END) AS read,
            unnest(ARRAY['dataset:' || (read->>'digest'), 'datasetName:' || (read->>'name')]) AS pair(told)
    ) AS made(told) WHERE made.told IS NOT NULL
$$;

ALTER TABLE runs
    ADD COLUMN source_repo     text,
    ADD COLUMN source_revision text;

CREATE INDEX runs_created ON runs ((COALESCE(created_at, '-infinity')), uid);
CREATE INDEX runs_revision ON runs (source_revision) WHERE source_revision IS NOT NULL;

CREATE TABLE version_metrics (
    namespace text             NOT NULL,
    model     text             NOT NULL,
    number    bigint           NOT NULL,
    metric    text             NOT NULL,
    value     double precision NOT NULL,
    PRIMARY KEY (namespace, model, number, metric),
    FOREIGN KEY (namespace, model, number) REFERENCES model_versions (namespace, model, number) ON DELETE CASCADE
);

CREATE INDEX version_metrics_value ON version_metrics (metric, value) INCLUDE (namespace, model, number);

CREATE TABLE run_metrics (
    run_uid   text             NOT NULL REFERENCES runs (uid) ON DELETE CASCADE,
    namespace text             NOT NULL,
    metric    text             NOT NULL,
    value     double precision NOT NULL,
    PRIMARY KEY (run_uid, metric)
);

CREATE INDEX run_metrics_value ON run_metrics (metric, value);

-- The members of an object that are numbers.
CREATE FUNCTION metric_values(metrics jsonb) RETURNS TABLE (metric text, value double precision) LANGUAGE sql IMMUTABLE AS $$
    SELECT member.key, (member.value #>> '{}')::double precision
    FROM jsonb_each(CASE WHEN jsonb_typeof(metrics) = 'object' THEN metrics END) AS member WHERE jsonb_typeof(member.value) = 'number'
$$;

CREATE FUNCTION keep_version_metrics() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM version_metrics WHERE namespace = NEW.namespace AND model = NEW.model AND number = NEW.number;
    INSERT INTO version_metrics (namespace, model, number, metric, value)
        SELECT NEW.namespace, NEW.model, NEW.number, held.metric, held.value FROM metric_values(NEW.metrics) AS held;
    RETURN NULL;
END
$$;

CREATE FUNCTION keep_version_marks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM version_marks WHERE namespace = NEW.namespace AND model = NEW.model AND number = NEW.number;
    INSERT INTO version_marks (mark, namespace, model, number)
        SELECT held.mark, NEW.namespace, NEW.model, NEW.number FROM marks_of(NEW.tags, NEW.lineage) AS held;
    RETURN NULL;
END
$$;

CREATE FUNCTION keep_run_metrics() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM run_metrics WHERE run_uid = NEW.uid;
    INSERT INTO run_metrics (run_uid, namespace, metric, value)
        SELECT NEW.uid, NEW.namespace, held.metric, held.value FROM metric_values(NEW.metrics) AS held;
    RETURN NULL;
END
$$;

CREATE TRIGGER version_metrics_new AFTER INSERT ON model_versions FOR EACH ROW WHEN (NEW.metrics IS NOT NULL) EXECUTE FUNCTION keep_version_metrics();
CREATE TRIGGER version_metrics_changed AFTER UPDATE ON model_versions FOR EACH ROW
    WHEN (OLD.metrics IS DISTINCT FROM NEW.metrics) EXECUTE FUNCTION keep_version_metrics();
CREATE TRIGGER version_marks_new AFTER INSERT ON model_versions FOR EACH ROW EXECUTE FUNCTION keep_version_marks();
CREATE TRIGGER version_marks_changed AFTER UPDATE ON model_versions FOR EACH ROW
    WHEN (OLD.tags IS DISTINCT FROM NEW.tags OR OLD.lineage IS DISTINCT FROM NEW.lineage) EXECUTE FUNCTION keep_version_marks();
CREATE TRIGGER run_metrics_new AFTER INSERT ON runs FOR EACH ROW WHEN (NEW.metrics IS NOT NULL) EXECUTE FUNCTION keep_run_metrics();
CREATE TRIGGER run_metrics_changed AFTER UPDATE ON runs FOR EACH ROW
    WHEN (OLD.metrics IS DISTINCT FROM NEW.metrics) EXECUTE FUNCTION keep_run_metrics();

INSERT INTO version_metrics (namespace, model, number, metric, value)
SELECT held.namespace, held.model, held.number, one.metric, one.value FROM model_versions AS held, metric_values(held.metrics) AS one;
INSERT INTO version_marks (mark, namespace, model, number)
SELECT one.mark, held.namespace, held.model, held.number FROM model_versions AS held, marks_of(held.tags, held.lineage) AS one;
INSERT INTO run_metrics (run_uid, namespace, metric, value)
SELECT held.uid, held.namespace, one.metric, one.value FROM runs AS held, metric_values(held.metrics) AS one;

-- Budgets as their objects show them now; windows and ledger have what was. A budget over many namespaces has the namespace ''.
CREATE TABLE budgets (
    uid                      text        PRIMARY KEY,
    namespace                text        NOT NULL,
    name                     text        NOT NULL,
    budget_kind              text        NOT NULL,
    budget_window            text        NOT NULL,
    enforcement              text        NOT NULL,
    window_start             timestamptz,
    window_end               timestamptz,
    limit_milligrams         bigint,
    limit_milliwatt_hours    bigint,
    settled_milligrams       bigint,
    settled_milliwatt_hours  bigint,
    reserved_milligrams      bigint,
    reserved_milliwatt_hours bigint,
    debt_milligrams          bigint,
    debt_milliwatt_hours     bigint,
    settled_runs             bigint,
    held_runs                bigint,
    waiting_runs             bigint,
    created_at               timestamptz,
    deleted_at               timestamptz,
    recorded_at              timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX budgets_name ON budgets (budget_kind, namespace, name, uid);

-- Canaries as their objects show them now; canary_outcomes and decisions have what was.
CREATE TABLE canaries (
    uid              text        PRIMARY KEY,
    namespace        text        NOT NULL,
    name             text        NOT NULL,
    model            text        NOT NULL,
    alias            text,
    wanted_version   text        NOT NULL,
    phase            text        NOT NULL,
    reason           text,
    message          text,
    stable_version   text,
    canary_version   text,
    rejected_version text,
    stable_weight    bigint,
    canary_weight    bigint,
    step             text,
    created_at       timestamptz,
    deleted_at       timestamptz,
    recorded_at      timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX canaries_name ON canaries (namespace, name, uid);
