namespace ModelOperator.Kubernetes.Runtime.Controllers;

/// <summary>Behaviour of one controller.</summary>
public sealed record ControllerOptions
{
    /// <summary>Name in metrics and logs; the kind's plural when null.</summary>
    public string? Name { get; init; }

    /// <summary>Keys worked on at once. Default 4; 1 makes the controller serial.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>Limit of one reconcile; an overrun counts as a failure. Default 2 minutes.</summary>
    public TimeSpan ReconcileTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Mean time between full passes over all keys, each spread by 20 %. Default 10 h.</summary>
    public TimeSpan Resync { get; init; } = TimeSpan.FromHours(10);
}
