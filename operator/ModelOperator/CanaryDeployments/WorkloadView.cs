namespace ModelOperator.CanaryDeployments;

/// <summary>What a decision may know of a Deployment.</summary>
/// <param name="Desired">Replicas asked for.</param>
/// <param name="Available">Replicas available from the current template; 0 while the status lags behind the spec.</param>
/// <param name="Problem">Why Pods are not available, for people.</param>
/// <param name="AnyTemplate">Replicas available from any template, as last reported; null when the same as <paramref name="Available"/>.</param>
/// <param name="LeavingUntil">When the last of its Pods that go although it is whole without them are gone at the latest; null when none goes.</param>
public sealed record WorkloadView(int Desired, int Available, string? Problem = null, int? AnyTemplate = null, DateTimeOffset? LeavingUntil = null)
{
    /// <summary>
    /// Replicas that can answer now, whatever their template. A scaling or a new template in progress takes no traffic away from Pods that serve.
    /// </summary>
    public int Serving => Math.Max(AnyTemplate ?? 0, Available);

    /// <summary>True while the Deployment's status speaks of an older spec.</summary>
    public bool Lags { get; init; }

    /// <summary>Why Pods of the present template do not come up beside those of an older one; null when they do, or there is no older one.</summary>
    public StuckUpdate? Stuck { get; init; }
}
