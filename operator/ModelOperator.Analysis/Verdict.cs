namespace ModelOperator.Analysis;

/// <summary>
/// What is known at one of three levels: a measurement, a metric, or a whole analysis.
/// The levels share one precedence, from best to worst:
/// <c>Successful &lt; Running &lt; Pending &lt; NoData &lt; Inconclusive &lt; Error &lt; Failed</c> (<see cref="Verdicts.Severity"/>).
/// </summary>
/// <remarks>
/// <see cref="NoData"/>, <see cref="Inconclusive"/> and <see cref="Error"/> are three different things to an owner: nobody sent traffic,
/// the numbers do not decide, the question could not be asked. None of them is ever a pass, and none of them alone is evidence of harm.
/// <see cref="Failed"/> is worst at every level, so that evidence of harm found by one metric is never hidden by an outage of another.
/// </remarks>
public enum Verdict
{
    /// <summary>Nothing has been measured yet.</summary>
    Pending = 0,

    /// <summary>Measured, and not decided yet; more samples are being waited for.</summary>
    Running,

    /// <summary>The condition holds, on enough data.</summary>
    Successful,

    /// <summary>The question was asked and there was nothing to judge: an empty result, or NaN from a division of nothing by nothing.</summary>
    NoData,

    /// <summary>There is data and it does not decide: neither condition holds, an infinity, limits of patience reached.</summary>
    Inconclusive,

    /// <summary>The question could not be asked or the answer could not be read: provider down, bad query, several series.</summary>
    Error,

    /// <summary>The condition is broken: evidence of harm.</summary>
    Failed,
}
