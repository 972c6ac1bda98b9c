namespace ModelOperator.CanaryDeployments;

/// <summary>Why the new Pods of a Deployment do not come up, while those of the template before serve on.</summary>
/// <param name="Reason">PodsCrash or ProgressDeadlineExceeded.</param>
/// <param name="Subject">What ended or waits, and how: the same at every look while nothing changes.</param>
/// <param name="Detail">The Pod's own words, which may differ from crash to crash; empty without any.</param>
public sealed record StuckUpdate(string Reason, string Subject, string Detail);
