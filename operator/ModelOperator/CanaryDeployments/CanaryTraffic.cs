namespace ModelOperator.CanaryDeployments;

/// <summary>Percent of the traffic that the canary should get, by the invariants of docs/canary-deployments.md.</summary>
public static class CanaryTraffic
{
    /// <summary>
    /// The weight that the steps ask for: the last setWeight up to the current step, 100 while promoting and baking, 0 without a canary.
    /// </summary>
    public static int Wanted(IReadOnlyList<CanaryStep> steps, CanaryDeploymentStatus status)
    {
        if (status.CanaryVersion is null)
            return 0;
        if (CanaryDefaults.TakesAll(status.Phase))
            return 100;
        var weight = 0;
        for (var i = 0; i <= (status.StepIndex ?? 0) && i < steps.Count; i++)
            weight = steps[i].SetWeight ?? weight;
        return weight;
    }

    /// <summary>
    /// The weight that may be set now. No available canary Pod: 0 (T1). Fewer than asked for: never more than before (T2, T5).
    /// No available stable Pod: what it was (T3), unless a whole canary is about to take everything.
    /// </summary>
    public static int Allowed(int wanted, int previous, WorkloadView? canary, int canaryReplicas, WorkloadView? stable)
    {
        if (canary is null || canary.Serving == 0)
            return 0;
        var whole = canary.Available >= canaryReplicas;
        if (stable is null || stable.Serving == 0)
            return wanted == 100 && whole ? wanted : previous;
        return whole ? wanted : Math.Min(wanted, previous);
    }
}
