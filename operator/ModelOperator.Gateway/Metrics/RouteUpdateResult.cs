namespace ModelOperator.Gateway.Metrics;

/// <summary>What became of a new text of the route table.</summary>
public enum RouteUpdateResult
{
    /// <summary>In force now.</summary>
    Applied,

    /// <summary>Same text as before.</summary>
    Unchanged,

    /// <summary>Not taken; the last good table stays.</summary>
    Rejected,
}
