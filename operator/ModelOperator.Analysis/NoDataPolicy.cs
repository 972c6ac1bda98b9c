namespace ModelOperator.Analysis;

/// <summary>What a look without data means to a metric.</summary>
public enum NoDataPolicy
{
    /// <summary>Neither good nor bad: after noDataLimit such looks in a row the metric ends as <see cref="Verdict.NoData"/>.</summary>
    Inconclusive = 0,

    /// <summary>Counts as a failed measurement.</summary>
    Fail,

    /// <summary>Counts as a successful measurement. Only where silence is known to be good; never a default.</summary>
    Pass,
}
