namespace ModelOperator.CanaryDeployments;

/// <summary>Rules of <c>spec.server.autoscale</c>.</summary>
public static partial class CanaryValidation
{
    private static void Autoscale(CanaryDeploymentSpec spec, List<string> problems)
    {
        if (spec.Server is not { Autoscale: { } autoscale } server)
            return;
        const string path = "spec.server.autoscale";
        if (spec.TrafficRouting is not null)
            problems.Add($"{path}: not allowed with spec.trafficRouting: only the built-in gateway counts and holds requests; leave one of the two away.");
        if (server.Replicas != 1)
            problems.Add(Text($"spec.server.replicas: {server.Replicas} is not allowed with {path}, which chooses them; leave it away, or set {path}.minReplicas and maxReplicas."));
        if (autoscale.MinReplicas is < 0 or > 1000)
            problems.Add(Text($"{path}.minReplicas: {autoscale.MinReplicas} is not allowed; it must be 0 to 1000."));
        if (autoscale.MaxReplicas is < 1 or > 1000)
            problems.Add(Text($"{path}.maxReplicas: {autoscale.MaxReplicas} is not allowed; it must be 1 to 1000."));
        else if (autoscale.MaxReplicas < autoscale.MinReplicas)
            problems.Add(Text($"{path}.maxReplicas: {autoscale.MaxReplicas} is below minReplicas {autoscale.MinReplicas}; it must be at least as many."));
        if (autoscale is { TargetInFlight: null, TargetRequestsPerSecond: null, MaxReplicas: > 1 })
            problems.Add(Text($"{path}: maxReplicas {autoscale.MaxReplicas} needs targetInFlight, targetRequestsPerSecond or both: nothing else says when there should be more."));
        foreach (var (field, value) in new[] { ("targetInFlight", autoscale.TargetInFlight), ("targetRequestsPerSecond", autoscale.TargetRequestsPerSecond) })
            if (value < 1)
                problems.Add(Text($"{path}.{field}: {value} is not allowed; it must be at least 1."));
        foreach (var (field, value, least) in new[] { ("idleSeconds", autoscale.IdleSeconds, 30), ("holdSeconds", autoscale.HoldSeconds, 1), ("scaleDownSeconds", autoscale.ScaleDownSeconds, 0) })
            if (value < least)
                problems.Add(Text($"{path}.{field}: {value} is not allowed; it must be at least {least}."));
    }
}
