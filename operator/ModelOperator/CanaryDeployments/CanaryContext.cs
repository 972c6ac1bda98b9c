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

    /// <summary>Steps in force.</summary>
    public IReadOnlyList<CanaryStep> Steps => CanaryDefaults.StepsOf(Canary.Spec);

    /// <summary>Workload of a version.</summary>
    public WorkloadView? Workload(string? version) => version is null ? null : Seen.Workloads.GetValueOrDefault(version);

    /// <summary>True when every ready gateway Pod serves this table, and there is one.</summary>
    public bool Serves(RouteTable table) => !Seen.Gateways.IsEmpty && Seen.Gateways.All(g => g.Revision == table.Revision);

    /// <summary>True when a person holds the canary, in the spec or by command.</summary>
    public bool IsPaused => Spec.Paused || Status.PausedAt is not null;

    /// <summary>True for a command that passes the wait that is under way.</summary>
    public bool CommandsNext => Commands(CanaryCommand.Promote) || Commands(CanaryCommand.Skip);

    /// <summary>True for a command of this action.</summary>
    public bool Commands(string action) => Command?.Action == action;
}
