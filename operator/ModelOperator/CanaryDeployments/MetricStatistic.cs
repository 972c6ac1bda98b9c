namespace ModelOperator.CanaryDeployments;

/// <summary>How a metric is compared with the stable version.</summary>
public enum MetricStatistic
{
    /// <summary>Two values, a relative tolerance and no statement about chance.</summary>
    Relative,

    /// <summary>Two shares of events by an anytime-valid test.</summary>
    SequentialBinomial,

    /// <summary>A quantile of two histograms by an anytime-valid test that claims no more than the buckets show.</summary>
    SequentialQuantile,

    /// <summary>Two means of many values by an anytime-valid test.</summary>
    SequentialMean,

    /// <summary>Two samples of many values by ranks, each look spending a part of alpha.</summary>
    MannWhitney,

    /// <summary>Two areas under ROC curves, each look spending a part of alpha.</summary>
    DeLong,

    /// <summary>The population stability index of two histograms, each look spending a part of alpha.</summary>
    PopulationStability,
}
