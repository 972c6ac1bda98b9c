namespace ModelOperator.Gateway.Routing;

/// <summary>One arm of the route table.</summary>
public sealed record ArmDocument
{
    /// <summary>Role: stable, canary, or the name of a variant.</summary>
    public string? Name { get; set; }

    /// <summary>Model version served by the arm; prefix of its prediction ids.</summary>
    public string? Version { get; set; }

    /// <summary>Base URL of the arm's Service; null while it has none, and then its requests are answered with 503.</summary>
    public string? Url { get; set; }

    /// <summary>Share of the traffic, relative to the sum of all weights; 0 gets nothing.</summary>
    public int Weight { get; set; }

    /// <summary>
    /// Share of the cohorts that are laid out for the arm; the weight when absent. An arm with less weight than share leaves the difference to the first arm, and
    /// nobody else moves.
    /// </summary>
    public int? Share { get; set; }

    /// <summary>
    /// Seconds that a request waits for a server of an arm that is scaled to zero, or on its way there or back; absent while it has servers. Needs schema 3, so that a
    /// gateway that holds nothing refuses the table instead of failing the requests.
    /// </summary>
    public int? HoldSeconds { get; set; }
}
