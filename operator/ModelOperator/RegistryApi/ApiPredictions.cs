using static ModelOperator.RegistryApi.ApiType;

namespace ModelOperator.RegistryApi;

/// <summary>Sampled predictions with their truths, and how good they were.</summary>
internal static class ApiPredictions
{
    private static readonly ApiFilter Canary = ApiFilter.Equal("canary", "t.canary", "CanaryDeployment that served.", ApiFilters.ObjectName);

    // The view prediction_windows, with a place for bounds: no planner finds out for itself that a window which begins later has no row that was made before, and all rows would
    // be read for one hour of them.
    private const string WindowsOf = $"""
        (SELECT o.namespace, o.canary, o.model, o.version, o.kind, w.size, w.seconds,
            to_timestamp(floor(extract(epoch FROM o.at) / w.seconds) * w.seconds) AS window_start,
            count(*) AS predictions, count(o.truth) AS labelled,
            sqrt(avg(o.error * o.error)) AS rmse, avg(abs(o.error)) AS mae, avg(o.error) AS bias,
            avg(CASE o.correct WHEN true THEN 1.0::double precision WHEN false THEN 0 END) AS accuracy
        FROM prediction_outcomes AS o CROSS JOIN (VALUES ('minute', 60), ('hour', 3600), ('day', 86400)) AS w (size, seconds)
        WHERE {ApiCollection.Within}
        GROUP BY o.namespace, o.canary, o.model, o.version, o.kind, w.size, w.seconds, window_start) AS t
        """;

    /// <summary>Predictions.</summary>
    public static ApiCollection Predictions { get; } = new()
    {
        Schema = "Prediction",
        From = "prediction_outcomes AS t",
        Keys = [new("t.namespace"), new("t.at", "timestamptz"), new("t.canary"), new("t.id")],
        Filters =
        [
            ApiFilters.Model, ApiFilter.Equal("version", "t.version", "Version that predicted.", ApiFilters.ObjectName), Canary,
            ApiFilter.Equal("id", "t.id", "Id that the client got."),
            new("labelled", "Whether the truth is known; both when absent.", ApiValues.OneOf("false", "true"),
                static (sought, given) => sought.Add(given[0] == "true" ? "t.truth IS NOT NULL" : "t.truth IS NULL")),
            ApiFilters.Time("after", "t.at >=", "Made at this time or later."), ApiFilters.Time("before", "t.at <", "Made before this time."),
        ],
        Fields =
        [
            new("namespace", "t.namespace", Text, "Namespace."),
            new("canary", "t.canary", Text, "CanaryDeployment that served."),
            new("id", "t.id", Text, "Id that the client got."),
            new("model", "t.model", Text, "Model."),
            new("version", "t.version", Text, "Version that predicted."),
            new("at", "t.at", ApiType.Time, "When, by the server's clock."),
            new("kind", "t.kind", Text, "Regression, Binary or Multiclass."),
            new("prediction", "t.prediction", Number, "The value, the probability of the second class, or the position of the most probable class."),
            new("label", "t.label", Text, "Label of the most probable class, of Multiclass models."),
            new("features", "t.features", Map, "Values as the model saw them, without redacted features."),
            new("truth", "t.truth", Number, "The value, 0 or 1, or the position of the true class."),
            new("truthLabel", "t.truth_label", Text, "Label of the true class, of Multiclass models."),
            new("truthAt", "t.truth_at", ApiType.Time, "When the truth came."),
        ],
    };

    /// <summary>Windows of a version.</summary>
    public static ApiCollection Windows { get; } = new()
    {
        Schema = "PredictionWindow",
        From = WindowsOf,
        Keys = [new("t.window_start", "timestamptz"), new("t.canary"), new("t.kind")],
        Filters =
        [
            new("window", "Length of the windows, aligned to UTC; hour when absent.", ApiValues.OneOf("hour", "minute", "day"), static (sought, given) => sought.Add($"t.size = {sought.Place(given[0])}"))
                { Fallback = "hour" },
            Canary,
            Bound("after", ">=", "Windows that begin at this time or later.", static (sought, at) => sought.AddWithin($"o.at >= {at}")),
            // The longest window is a day.
            Bound("before", "<", "Windows that begin before this time.", static (sought, at) => sought.AddWithin($"o.at < {at} + interval '1 day'")),
        ],
        Fields =
        [
            new("namespace", "t.namespace", Text, "Namespace."),
            new("canary", "t.canary", Text, "CanaryDeployment that served."),
            new("model", "t.model", Text, "Model."),
            new("version", "t.version", Text, "Version that predicted."),
            new("kind", "t.kind", Text, "Regression, Binary or Multiclass."),
            new("windowStart", "t.window_start", ApiType.Time, "When the window began; predictions count where they were made, however late their truth came."),
            new("windowSeconds", "t.seconds::bigint", Integer, "Its length."),
            new("predictions", "t.predictions", Integer, "Sampled predictions."),
            new("labelled", "t.labelled", Integer, "Those whose truth is known; what follows is about them, and absent without any."),
            new("rmse", "t.rmse", Number, "Root of the mean squared error; of Binary models, of the probability. Absent for Multiclass models."),
            new("mae", "t.mae", Number, "Mean absolute error, likewise."),
            new("bias", "t.bias", Number, "Mean of prediction less truth, likewise."),
            new("accuracy", "t.accuracy", Number, "Share of right classes, for Binary models at 0.5. Absent for Regression models."),
        ],
    };
    // A bound of windows and, by the same value, of the rows in them.
    private static ApiFilter Bound(string name, string comparison, string description, Action<ApiConditions, string> within) => new(name, description, ApiValues.Time, (sought, given) =>
    {
        _ = ApiValues.TryTime(given[0], out var time);
        var place = sought.Place(NpgsqlTypes.NpgsqlDbType.TimestampTz, time);
        sought.Add($"t.window_start {comparison} {place}");
        within(sought, place);
    });
}
