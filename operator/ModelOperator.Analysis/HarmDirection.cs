namespace ModelOperator.Analysis;

/// <summary>Which way a metric moves when things get worse.</summary>
public enum HarmDirection
{
    /// <summary>More is worse: errors, latency, RMSE.</summary>
    Increase = 0,

    /// <summary>Less is worse: AUC, conversions, throughput.</summary>
    Decrease,
}
