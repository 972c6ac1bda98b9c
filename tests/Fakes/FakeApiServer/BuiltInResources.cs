namespace ModelOperator.Fakes;

/// <summary>The built-in kinds that the fake server knows from the start.</summary>
internal static class BuiltInResources
{
    internal static IEnumerable<FakeResource> All(string gitVersion)
    {
        var minor = int.Parse(gitVersion.TrimStart('v').Split('.')[1], System.Globalization.CultureInfo.InvariantCulture);
        return
        [
            new("", "v1", "namespaces", "Namespace", Namespaced: false) { HasGeneration = false },
            new("", "v1", "nodes", "Node", Namespaced: false) { HasGeneration = false },
            new("", "v1", "pods", "Pod") { HasGeneration = false },
            new("", "v1", "services", "Service") { HasGeneration = false },
            new("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim") { HasGeneration = false },
            Plain("", "configmaps", "ConfigMap"),
            Plain("", "secrets", "Secret"),
            Plain("", "serviceaccounts", "ServiceAccount"),
            new("apps", "v1", "deployments", "Deployment"),
            new("batch", "v1", "jobs", "Job"),
            Plain("rbac.authorization.k8s.io", "roles", "Role"),
            Plain("rbac.authorization.k8s.io", "rolebindings", "RoleBinding"),
            new("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy") { HasStatus = false },
            new("networking.k8s.io", "v1", "ingresses", "Ingress"),
            Plain("discovery.k8s.io", "endpointslices", "EndpointSlice") with { Version = minor >= 21 ? "v1" : "v1beta1" },
            Plain("coordination.k8s.io", "leases", "Lease"),
            Plain("events.k8s.io", "events", "Event"),
            new("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", Namespaced: false) { HasStatus = false },
            new("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", Namespaced: false) { HasStatus = false },
            new("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", Namespaced: false),
            new("policy", minor >= 21 ? "v1" : "v1beta1", "poddisruptionbudgets", "PodDisruptionBudget"),
        ];
    }

    private static FakeResource Plain(string group, string plural, string kind) =>
        new(group, "v1", plural, kind) { HasStatus = false, HasGeneration = false };
}
