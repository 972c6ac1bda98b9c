using System.Globalization;
using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>The canary Ingress of ingress-nginx. Pure. It says nothing of when its workers have taken it: what the object says counts.</summary>
public static class CanaryIngress
{
    private const string Prefix = "nginx.ingress.kubernetes.io/";
    private const string ClassAnnotation = "kubernetes.io/ingress.class";

    /// <summary>Percent that a canary Ingress gives; null when it says none.</summary>
    public static int? Weight(V1Ingress ingress) =>
        int.TryParse(ingress.Metadata.Annotations?.GetValueOrDefault(Prefix + "canary-weight"), NumberStyles.None, CultureInfo.InvariantCulture, out var weight) ? weight : null;

    /// <summary>Rules of an Ingress with only the paths that lead to a Service.</summary>
    public static IReadOnlyList<V1IngressRule> RulesTo(V1Ingress ingress, string service) =>
    [
        .. (ingress.Spec?.Rules ?? [])
            .Select(rule => rule with { Http = new() { Paths = [.. (rule.Http?.Paths ?? []).Where(p => p.Backend?.Service?.Name == service)] } })
            .Where(rule => rule.Http!.Paths.Count > 0),
    ];

    /// <summary>Ours beside the user's: the same hosts and paths, to the Service of the canary, with the weight as an annotation.</summary>
    /// <param name="canary">The object.</param>
    /// <param name="routing">Settings.</param>
    /// <param name="beside">The user's Ingress.</param>
    /// <param name="weight">Percent.</param>
    public static V1Ingress Of(V1CanaryDeployment canary, NginxRouting routing, V1Ingress beside, int weight)
    {
        var meta = CanaryWorkload.Meta(canary, CanaryNames.Ingress(canary), RoutingDescriptors.Component);
        meta.Annotations = new()
        {
            [Prefix + "canary"] = "true",
            [Prefix + "canary-weight"] = weight.ToString(CultureInfo.InvariantCulture),
        };
        // A header works at weight 0 too, where the canary need not have a Pod.
        if (routing.Header is { } header && weight > 0)
            meta.Annotations[Prefix + "canary-by-header"] = header;
        if (routing is { Header: not null, HeaderValue: { } value } && weight > 0)
            meta.Annotations[Prefix + "canary-by-header-value"] = value;
        if (beside.Metadata.Annotations?.GetValueOrDefault(ClassAnnotation) is { } ingressClass)
            meta.Annotations[ClassAnnotation] = ingressClass;
        return new()
        {
            Metadata = meta,
            Spec = new() { IngressClassName = beside.Spec?.IngressClassName, Rules = [.. RulesTo(beside, CanaryNames.Service(canary)).Select(rule => To(rule, CanaryNames.CanaryService(canary)))] },
        };
    }

    private static V1IngressRule To(V1IngressRule rule, string service) => rule with
    {
        Http = new() { Paths = [.. rule.Http!.Paths.Select(path => path with { Backend = path.Backend! with { Service = path.Backend.Service! with { Name = service } } })] },
    };
}
