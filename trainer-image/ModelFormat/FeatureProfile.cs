namespace ModelOperator.ModelFormat;

/// <summary>What training saw of one column, for comparing with live traffic. Categorical columns are described by counts, numeric ones by moments and quantiles.</summary>
public sealed class FeatureProfile
{
    /// <summary>Values that were there.</summary>
    public long Count { get; set; }

    /// <summary>Values that were missing.</summary>
    public long Missing { get; set; }

    public double? Mean { get; set; }

    /// <summary>Population standard deviation.</summary>
    public double? Std { get; set; }

    public double? Min { get; set; }

    public double? Max { get; set; }

    /// <summary>Quantiles by name (p01, p05, p25, p50, p75, p95, p99), linear between order statistics.</summary>
    public SortedDictionary<string, double>? Quantiles { get; set; }

    /// <summary>Counts between deciles; null for categorical columns, and in models that were written before there were any.</summary>
    public FeatureBins? Bins { get; set; }

    /// <summary>Rows per category.</summary>
    public SortedDictionary<string, long>? CategoryCounts { get; set; }
}
