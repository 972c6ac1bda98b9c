using ModelOperator.Registry;
using static ModelOperator.Registry.ColumnKind;

namespace ModelOperator.Predictions;

/// <summary>The statements that keep predictions. A whole batch is one statement; rows that are there already stay as they are.</summary>
public static class PredictionTables
{
    /// <summary>Predictions of one served version, as a JSON array.</summary>
    public static RegistryTable Predictions { get; } = RegistryTable.Statement(
        "predictions",
        """
        INSERT INTO predictions (namespace, canary, model, version, id, at, kind, prediction, label, features)
        SELECT $1, $2, $3, $4, r.id, r.at, r.kind, r.prediction, r.label, r.features
        FROM jsonb_to_recordset($5::jsonb) AS r (id text, at timestamptz, kind text, prediction double precision, label text, features jsonb)
        ON CONFLICT DO NOTHING
        """,
        new("namespace", Text), new("canary", Text), new("model", Text), new("version", Text), new("rows", Json));

    /// <summary>Truths about predictions of one CanaryDeployment, as a JSON array.</summary>
    public static RegistryTable Truths { get; } = RegistryTable.Statement(
        "prediction_truths",
        """
        INSERT INTO prediction_truths (namespace, canary, id, at, truth, label)
        SELECT $1, $2, r.id, r.at, r.truth, r.label
        FROM jsonb_to_recordset($3::jsonb) AS r (id text, at timestamptz, truth double precision, label text)
        ON CONFLICT DO NOTHING
        """,
        new("namespace", Text), new("canary", Text), new("rows", Json));
}
