-- What runs read: one row per dataset of a run, so that a dataset's digests over time, and the runs and models made from each, can be listed.
-- rows, columns and profile_digest are there where the dataset stage read it.
CREATE TABLE run_datasets (
    run_uid        text        NOT NULL REFERENCES runs (uid),
    name           text        NOT NULL,
    namespace      text        NOT NULL,
    uri            text        NOT NULL,
    digest         text,
    size_bytes     bigint,
    rows           bigint,
    columns        bigint,
    violations     bigint,
    profile_digest text,
    recorded_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_uid, name)
);

CREATE INDEX run_datasets_name ON run_datasets (namespace, name);
CREATE INDEX run_datasets_digest ON run_datasets (digest);

INSERT INTO run_datasets (run_uid, name, namespace, uri, digest, size_bytes)
SELECT DISTINCT ON (runs.uid, item.name) runs.uid, item.name, runs.namespace, item.uri, item.digest, item."sizeBytes"
FROM runs, jsonb_to_recordset(runs.datasets) AS item (name text, uri text, digest text, "sizeBytes" bigint)
WHERE runs.artifact_digest IS NOT NULL AND jsonb_typeof(runs.datasets) = 'array' AND item.name IS NOT NULL AND item.uri IS NOT NULL;

CREATE VIEW dataset_digests AS
SELECT read.namespace, read.name, read.digest,
    max(read.uri) AS uri,
    min(COALESCE(runs.running_at, runs.started_at, runs.created_at)) AS first_read_at,
    max(COALESCE(runs.running_at, runs.started_at, runs.created_at)) AS last_read_at,
    max(read.size_bytes) AS size_bytes, max(read.rows) AS rows, max(read.columns) AS columns, max(read.profile_digest) AS profile_digest,
    count(*) AS run_count,
    array_agg(runs.name ORDER BY runs.created_at, runs.name) AS runs,
    array_agg(DISTINCT runs.model_version) FILTER (WHERE runs.model_version IS NOT NULL) AS model_versions
FROM run_datasets AS read JOIN runs ON runs.uid = read.run_uid
WHERE read.digest IS NOT NULL
GROUP BY read.namespace, read.name, read.digest;
