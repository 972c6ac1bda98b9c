-- What model servers predicted, sampled, and the truths that came later (docs/registry-database.md). Batches come from the receiver, may come twice and in
-- any order: both tables are only added to, the first row under a key stays, and there is no foreign key between them, for a truth may come before the
-- batch with its prediction.
CREATE TABLE predictions (
    namespace text NOT NULL,
    canary text NOT NULL,
    id text NOT NULL,
    model text NOT NULL,
    version text NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL CHECK (kind IN ('Regression', 'Binary', 'Multiclass')),
    -- The value, the probability of the second class, or the position of the most probable class, which label names.
    prediction double precision NOT NULL,
    label text,
    features jsonb,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace, canary, id)
);
CREATE INDEX predictions_in_order ON predictions (namespace, at, canary, id);
CREATE INDEX predictions_by_version ON predictions (namespace, version, at);
-- Retention goes by this clock, not by the servers'.
CREATE INDEX predictions_by_age ON predictions (recorded_at);

CREATE TABLE prediction_truths (
    namespace text NOT NULL,
    canary text NOT NULL,
    id text NOT NULL,
    at timestamptz NOT NULL,
    truth double precision NOT NULL,
    label text,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace, canary, id)
);
CREATE INDEX prediction_truths_by_age ON prediction_truths (recorded_at);

CREATE VIEW prediction_outcomes AS
SELECT p.namespace, p.canary, p.id, p.model, p.version, p.at, p.kind, p.prediction, p.label, p.features, t.truth, t.label AS truth_label, t.at AS truth_at,
    CASE WHEN p.kind <> 'Multiclass' THEN p.prediction - t.truth END AS error,
    CASE p.kind WHEN 'Binary' THEN (p.prediction >= 0.5) = (t.truth >= 0.5) WHEN 'Multiclass' THEN p.prediction = t.truth END AS correct
FROM predictions AS p LEFT JOIN prediction_truths AS t ON t.namespace = p.namespace AND t.canary = p.canary AND t.id = p.id;

-- Aligned to the epoch, so days are UTC's. Windows of an hour: WHERE size = 'hour'. Of a Binary model rmse is the root of the Brier score.
CREATE VIEW prediction_windows AS
SELECT o.namespace, o.canary, o.model, o.version, o.kind, w.size, w.seconds,
    to_timestamp(floor(extract(epoch FROM o.at) / w.seconds) * w.seconds) AS window_start,
    count(*) AS predictions, count(o.truth) AS labelled,
    sqrt(avg(o.error * o.error)) AS rmse, avg(abs(o.error)) AS mae, avg(o.error) AS bias,
    avg(CASE o.correct WHEN true THEN 1.0::double precision WHEN false THEN 0 END) AS accuracy
FROM prediction_outcomes AS o CROSS JOIN (VALUES ('minute', 60), ('hour', 3600), ('day', 86400)) AS w (size, seconds)
GROUP BY o.namespace, o.canary, o.model, o.version, o.kind, w.size, w.seconds, window_start;
