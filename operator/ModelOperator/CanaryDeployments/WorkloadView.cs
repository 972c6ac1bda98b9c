namespace ModelOperator.CanaryDeployments;

/// <summary>What a decision may know of a Deployment.</summary>
/// <param name="Desired">Replicas asked for.</param>
/// <param name="Available">Replicas available from the current template; 0 while the status lags behind the spec.</param>
/// <param name="Problem">Why Pods are not available, for people.</param>
public sealed record WorkloadView(int Desired, int Available, string? Problem = null);
