namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>Weights as numbers of Pods beside a stable version that keeps all of its own, so that a rollback never waits for Pods. Pure.</summary>
public static class ReplicaRatio
{
    /// <summary>
    /// Pods of the canary for a weight. With a router that splits requests, what the strategy says; with none, the number whose share comes
    /// nearest: n of s + n, for s Pods of the stable version.
    /// </summary>
    /// <param name="spec">Spec.</param>
    /// <param name="status">Status.</param>
    /// <param name="weight">Percent to be reached, from 0 to 50 or 100.</param>
    public static int CanaryReplicas(CanaryDeploymentSpec spec, CanaryDeploymentStatus status, int weight) =>
        spec.TrafficRouting?.Replicas is null || weight == 0 || CanaryDefaults.TakesAll(status.Phase) || CanaryHooks.AwaitsStart(spec, status)
            ? CanarySize.Replicas(spec, status)
            : Nearest(CanaryDefaults.StableReplicas(spec), weight);

    /// <summary>The number of Pods beside <paramref name="stable"/> whose share comes nearest to the weight; all of them again for 100.</summary>
    public static int Nearest(int stable, int weight)
    {
        if (weight >= 100)
            return stable;
        var below = Math.Max(1, (int)Math.Floor((double)stable * weight / (100 - weight)));
        return Math.Abs(Percent(below, stable) - weight) <= Math.Abs(Percent(below + 1, stable) - weight) ? below : below + 1;
    }

    /// <summary>Share of the first in percent; 0 of nothing.</summary>
    public static double Percent(int canary, int stable) => canary + stable == 0 ? 0 : 100.0 * canary / (canary + stable);
}
