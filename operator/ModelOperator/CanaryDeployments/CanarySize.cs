namespace ModelOperator.CanaryDeployments;

/// <summary>Replicas of the canary.</summary>
public static class CanarySize
{
    /// <summary>Replicas that a status asks for; when the canary takes everything, or is about to at once, it must be able to carry it (T5).</summary>
    public static int Replicas(CanaryDeploymentSpec spec, CanaryDeploymentStatus status)
    {
        if (CanaryHooks.AwaitsStart(spec, status))
            return 0;
        var replicas = Of(spec, status);
        return CanaryDefaults.TakesAll(status.Phase) || spec.Strategy?.BlueGreen is not null ? Math.Max(CanaryDefaults.StableReplicas(spec, status), replicas) : replicas;
    }

    private static int Of(CanaryDeploymentSpec spec, CanaryDeploymentStatus status)
    {
        var steps = CanaryDefaults.StepsOf(spec);
        var scale = CanaryRoutes.UpTo(steps, status).LastOrDefault(step => step.SetCanaryScale is not null)?.SetCanaryScale;
        return scale switch
        {
            { Replicas: { } replicas } => replicas,
            { Percent: { } percent } => Share(spec, status, percent),
            { MatchTrafficWeight: true } => Share(spec, status, CanaryTraffic.Wanted(steps, status)),
            _ => spec.Strategy?.Replicas ?? 1,
        };
    }

    private static int Share(CanaryDeploymentSpec spec, CanaryDeploymentStatus status, int percent) =>
        Math.Max(1, ((CanaryDefaults.StableReplicas(spec, status) * percent) + 99) / 100);
}
