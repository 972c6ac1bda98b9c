namespace ModelOperator.CanaryDeployments;

/// <summary>Built-in measurements, and a query of one's own.</summary>
public enum CanaryMetricType
{
    /// <summary>5xx answers beside the stable version's, by an anytime-valid sequential test.</summary>
    ErrorRate,

    /// <summary>A quantile of the request duration in seconds.</summary>
    Latency,

    /// <summary>Root mean square error of predictions against posted truth.</summary>
    Rmse,

    /// <summary>Area under the ROC curve of a binary model, from posted truth.</summary>
    Auc,

    /// <summary>How far the canary's predictions are distributed otherwise than the stable version's.</summary>
    PredictionDrift,

    /// <summary>Requests answered without a 5xx, per second.</summary>
    Throughput,

    /// <summary>Grams CO2e per 1,000 predictions.</summary>
    CarbonPer1000Predictions,

    /// <summary>A PromQL query of one's own.</summary>
    Query,

    /// <summary>A number in the JSON answer of a web server.</summary>
    Web,

    /// <summary>A Job whose success or failure is the verdict.</summary>
    Job,
}
