namespace ModelOperator.Gateway.Metrics;

/// <summary>What became of a copy of a request.</summary>
public enum MirrorResult
{
    /// <summary>Answered with anything below 500.</summary>
    Answered,

    /// <summary>Answered with 500 or above, or not at all.</summary>
    Failed,

    /// <summary>Not sent: too many copies in flight, or the body is too large to hold.</summary>
    Dropped,
}
