namespace ModelOperator.CanaryDeployments;

/// <summary>Everything that a rule may look at.</summary>
/// <param name="Canary">The object.</param>
/// <param name="Status">Its status, never null.</param>
/// <param name="Seen">What was observed.</param>
/// <param name="Now">The time.</param>
/// <param name="Command">A command that was not acknowledged yet.</param>
public sealed record CanaryContext(
    V1CanaryDeployment Canary, CanaryDeploymentStatus Status, CanaryObserved Seen, DateTimeOffset Now, CanaryCommand? Command)
{
    /// <summary>The spec.</summary>
    public CanaryDeploymentSpec Spec => Canary.Spec;

    /// <summary>Version that the spec asks for.</summary>
    public string Target => Canary.Spec.VersionRef.Name;

    /// <summary>Version that is deployed where none serves yet: the control of an A/B test, else the target.</summary>
    public string First => Spec.Strategy?.AbTest?.Arms[0].VersionRef.Name ?? Target;

    /// <summary>Steps in force.</summary>
    public IReadOnlyList<CanaryStep> Steps => CanaryDefaults.StepsOf(Canary.Spec);

    /// <summary>Workload of a version.</summary>
    public WorkloadView? Workload(string? version) => Seen.Workload(version);

    /// <summary>True when the router serves this table: every ready gateway Pod says so and there is one, or the other router's objects do.</summary>
    public bool Serves(RouteTable table) => Seen.Router is { } router
        ? router.Serves(table.Split, Seen.Workload)
        : !Seen.Gateways.IsEmpty && Seen.Gateways.All(g => g.Revision == table.Revision);

    /// <summary>True when the weights of a status are served, whether or not requests without a server are held already, or still.</summary>
    public bool ServesWeights(CanaryDeploymentStatus status) => Serves(RouteTable.Of(Canary, status))
        || (status.Autoscale is { } scale && Serves(RouteTable.Of(Canary, status with { Autoscale = scale with { Holding = scale.Holding == true ? null : true } })));

    /// <summary>True when a person holds the canary, in the spec or by command.</summary>
    public bool IsPaused => Spec.Paused || Status.PausedAt is not null;

    /// <summary>True for a command that passes the wait that is under way.</summary>
    public bool CommandsNext => Commands(CanaryCommand.Promote) || Commands(CanaryCommand.Skip);

    /// <summary>True for a command of this action.</summary>
    public bool Commands(string action) => Command?.Action == action;
}
