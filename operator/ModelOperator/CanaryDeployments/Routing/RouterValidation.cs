using System.Globalization;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>What a router other than the built-in gateway cannot do is refused; the same at admission and in the reconciler.</summary>
public static class RouterValidation
{
    private const int ServiceLength = 63;

    /// <summary>Adds the problems of a spec.</summary>
    /// <param name="canary">The object.</param>
    /// <param name="problems">Where they go.</param>
    public static void Problems(V1CanaryDeployment canary, List<string> problems)
    {
        var spec = canary.Spec;
        if (spec.TrafficRouting is not { } routing)
            return;
        var named = RouterKinds.Named(routing);
        if (named is not [var (kind, name)])
        {
            problems.Add(Text($"spec.trafficRouting: has {named.Count} members; exactly one of gatewayAPI, istio, nginx, replicas is allowed (or no trafficRouting: the built-in gateway)."));
            return;
        }

        var path = "spec.trafficRouting." + name;
        if (spec.Gateway?.StickyHeader is { } header)
            problems.Add($"spec.gateway.stickyHeader: \"{header}\" is not allowed with {path}: only the built-in gateway keeps a client with one version.");
        else if (spec.Gateway is not null)
            problems.Add($"spec.gateway: not allowed with {path}: there is no built-in gateway then.");
        if (spec.Strategy?.AbTest is not null)
            problems.Add($"spec.strategy.abTest: not allowed with {path}: only the built-in gateway keeps users with an arm and counts their events; leave {path} away.");
        if (spec.Strategy?.BlueGreen is not null)
            problems.Add($"spec.strategy.blueGreen: not allowed with {path}: the switch and the preview Service are the built-in gateway's; leave {path} away.");
        if (spec.Strategy?.BakeTimeSeconds is { } bake)
            problems.Add(Text($"spec.strategy.bakeTimeSeconds: {bake} is not allowed with {path}: only the built-in gateway keeps both versions whole beside all traffic on one; leave one of the two away."));
        Steps(spec, kind, path, problems);
        Metrics(spec, path, problems);
        if (kind != RouterKind.Replicas && CanaryNames.CanaryService(canary) is { Length: > ServiceLength } service)
            problems.Add(Text($"spec.service: \"{CanaryNames.Service(canary)}\" is too long with {path}: the canary's Service \"{service}\" would have {service.Length} characters; at most {ServiceLength} are allowed."));
        if (routing.Nginx is { Header: null, HeaderValue: { } value })
            problems.Add($"{path}.headerValue: \"{value}\" needs {path}.header, whose value it is.");
        if (routing.Replicas is { } replicas)
            Replicas(spec, replicas, problems);
    }

    private static void Steps(CanaryDeploymentSpec spec, RouterKind kind, string path, List<string> problems)
    {
        var steps = spec.Strategy?.Steps ?? [];
        for (var i = 0; i < steps.Count; i++)
        {
            if ((steps[i].SetMirrorRoute is not null ? "setMirrorRoute" : steps[i].SetHeaderRoute is not null ? "setHeaderRoute" : null) is { } route)
                problems.Add(Text($"spec.strategy.steps[{i}].{route}: not allowed with {path}: only the built-in gateway copies requests and routes by header in steps; leave one of the two away."));
            if (steps[i].SetCanaryScale is not null && kind == RouterKind.Replicas)
                problems.Add(Text($"spec.strategy.steps[{i}].setCanaryScale: not allowed with {path}: the weight of a step is the number of Pods; leave it out."));
        }
    }

    private static void Metrics(CanaryDeploymentSpec spec, string path, List<string> problems)
    {
        var metrics = CanaryDefaults.MetricsOf(spec);
        for (var i = 0; i < metrics.Count; i++)
            if (metrics[i].Type is CanaryMetricType.ErrorRate or CanaryMetricType.Latency or CanaryMetricType.Throughput || metrics[i] is { Type: CanaryMetricType.CarbonPer1000Predictions, Query: null })
                problems.Add(Text($"spec.analysis.metrics[{i}].type: {metrics[i].Type} is counted by the built-in gateway, which {path} takes the place of; allowed: a query of your own (the model server's metrics have the label version), Rmse, Auc, Web, Job."));
    }

    private static void Replicas(CanaryDeploymentSpec spec, ReplicaRouting routing, List<string> problems)
    {
        if (spec.Strategy is { Replicas: not 1 and var own })
            problems.Add(Text($"spec.strategy.replicas: {own} is not allowed with spec.trafficRouting.replicas: the weight of a step is the number of Pods; leave it out."));
        var stable = CanaryDefaults.StableReplicas(spec);
        if (stable < 1)
            problems.Add(Text($"spec.server.replicas: {stable} is not allowed with spec.trafficRouting.replicas; at least 1."));
        var steps = CanaryDefaults.StepsOf(spec);
        for (var i = 0; i < steps.Count && stable > 0; i++)
            if (steps[i].SetWeight is { } weight and > 0 and < 100)
                Weight(spec.Strategy?.Steps is { Count: > 0 } ? Text($"spec.strategy.steps[{i}].setWeight") : Text($"spec.strategy.steps (absent: the default's step {i}, setWeight)"), weight, stable, routing.Tolerance, problems);
    }

    private static void Weight(string field, int weight, int stable, int tolerance, List<string> problems)
    {
        if (weight > 50)
        {
            problems.Add(Text($"{field}: {weight} is not allowed with spec.trafficRouting.replicas: above 50 % the stable version would have to lose Pods before the promotion; allowed: 0 to 50, and 100."));
            return;
        }

        var pods = ReplicaRatio.Nearest(stable, weight);
        var percent = ReplicaRatio.Percent(pods, stable);
        if (Math.Abs(percent - weight) <= tolerance)
            return;
        problems.Add(Text($"{field}: {weight} cannot be reached within {tolerance} points beside spec.server.replicas {stable}: {pods} of {stable + pods} Pods are {percent:0.#} %. Allowed: that weight, at least {Enough(weight, tolerance)} replicas, or a larger spec.trafficRouting.replicas.tolerance."));
    }

    /// <summary>Fewest stable Pods beside which the weight can be reached.</summary>
    private static int Enough(int weight, int tolerance)
    {
        var stable = 1;
        while (stable < 1000 && Math.Abs(ReplicaRatio.Percent(ReplicaRatio.Nearest(stable, weight), stable) - weight) > tolerance)
            stable++;
        return stable;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
