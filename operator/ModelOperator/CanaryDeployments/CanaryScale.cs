namespace ModelOperator.CanaryDeployments;

/// <summary>Replicas of the canary.</summary>
public static class CanaryScale
{
    /// <summary>Replicas that a status asks for; while promoting the canary must be able to carry everything (T5).</summary>
    public static int Replicas(CanaryDeploymentSpec spec, CanaryDeploymentStatus status)
    {
        if (CanaryHooks.AwaitsStart(spec, status))
            return 0;
        var replicas = Of(spec, status);
        return status.Phase == CanaryPhase.Promoting ? Math.Max(CanaryDefaults.StableReplicas(spec), replicas) : replicas;
    }

    private static int Of(CanaryDeploymentSpec spec, CanaryDeploymentStatus status)
    {
        var steps = CanaryDefaults.StepsOf(spec);
        var scale = CanaryRoutes.UpTo(steps, status).LastOrDefault(step => step.SetCanaryScale is not null)?.SetCanaryScale;
        return scale switch
        {
            { Replicas: { } replicas } => replicas,
            { Percent: { } percent } => Share(spec, percent),
            { MatchTrafficWeight: true } => Share(spec, CanaryTraffic.Wanted(steps, status)),
            _ => spec.Strategy?.Replicas ?? 1,
        };
    }

    private static int Share(CanaryDeploymentSpec spec, int percent) => Math.Max(1, ((CanaryDefaults.StableReplicas(spec) * percent) + 99) / 100);
}
