namespace ModelOperator.Gateway.Routing;

/// <summary>Where a client's cohort key is read from. The header is looked at first.</summary>
public sealed record StickyDocument
{
    /// <summary>Name of a request header.</summary>
    public string? Header { get; set; }

    /// <summary>Name of a cookie.</summary>
    public string? Cookie { get; set; }

    /// <summary>What makes these cohorts independent of others; the canary's name when absent.</summary>
    public string? Salt { get; set; }
}
