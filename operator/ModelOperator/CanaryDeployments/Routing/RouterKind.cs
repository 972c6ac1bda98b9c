namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>What splits the traffic.</summary>
public enum RouterKind
{
    /// <summary>The built-in gateway.</summary>
    Gateway,

    /// <summary>An HTTPRoute.</summary>
    GatewayApi,

    /// <summary>A VirtualService.</summary>
    Istio,

    /// <summary>An Ingress of ingress-nginx.</summary>
    Nginx,

    /// <summary>Numbers of Pods.</summary>
    Replicas,
}
