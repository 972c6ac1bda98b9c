namespace ModelOperator.CanaryDeployments;

/// <summary>
/// What an autoscaler of the CanaryDeployment sees: the version that has most to do. While a canary is under way the full size does not fall: a stable version that
/// has less traffic for now must be able to take all of it back at once.
/// </summary>
public static class CanaryScale
{
    /// <summary>Says in the status how large the deployment is.</summary>
    public static CanaryMove Apply(CanaryContext c, CanaryMove move)
    {
        var status = move.Status;
        if (status.StableVersion is not { } stable)
            return move;
        var version = CanaryDefaults.TakesAll(status.Phase) && status is { CanaryVersion: { } canary, Weights.Canary: 100 } ? canary : stable;
        return move with
        {
            Status = status with
            {
                Replicas = c.Workload(version)?.Desired ?? 0,
                Selector = string.Join(',', CanaryWorkload.Selector(c.Canary.Metadata.Name, version).Select(label => $"{label.Key}={label.Value}")),
                FullReplicas = status.CanaryVersion is null ? null : CanaryDefaults.StableReplicas(c.Spec, c.Status),
            },
        };
    }
}
