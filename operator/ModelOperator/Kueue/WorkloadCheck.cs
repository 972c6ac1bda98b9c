namespace ModelOperator.Kueue;

/// <summary>Where a check of a Workload stands.</summary>
public sealed record WorkloadCheck
{
    /// <summary>Name of the AdmissionCheck.</summary>
    public string Name { get; init; } = "";

    /// <summary>Pending, Ready, Retry or Rejected.</summary>
    public string State { get; init; } = "";

    /// <summary>Text for people.</summary>
    public string? Message { get; init; }

    /// <summary>When the state changed.</summary>
    public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>With Retry: how long the Workload is to wait at least.</summary>
    public int? RequeueAfterSeconds { get; init; }
}
