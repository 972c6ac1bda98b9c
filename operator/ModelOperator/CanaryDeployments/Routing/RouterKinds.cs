namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>Which router a spec asks for.</summary>
public static class RouterKinds
{
    /// <summary>The router; null when the spec names none or several in <c>trafficRouting</c>, which is refused.</summary>
    public static RouterKind? Of(CanaryDeploymentSpec spec) => spec.TrafficRouting is null
        ? RouterKind.Gateway
        : Named(spec.TrafficRouting) is [var (kind, _)] ? kind : null;

    /// <summary>The members that are set, with their names on the wire.</summary>
    public static IReadOnlyList<(RouterKind Kind, string Name)> Named(TrafficRouting routing) =>
    [
        .. routing.GatewayAPI is null ? [] : new[] { (RouterKind.GatewayApi, "gatewayAPI") },
        .. routing.Istio is null ? [] : new[] { (RouterKind.Istio, "istio") },
        .. routing.Nginx is null ? [] : new[] { (RouterKind.Nginx, "nginx") },
        .. routing.Replicas is null ? [] : new[] { (RouterKind.Replicas, "replicas") },
    ];
}
