namespace ModelOperator.Kubernetes;

/// <summary>Descriptors of the built-in kinds in use.</summary>
public static class KubernetesDescriptors
{
    /// <summary>v1 Pod.</summary>
    public static EntityDescriptor<V1Pod> Pods { get; } = new(
        "", "v1", "pods", "Pod", true, KubernetesJson.Default.V1Pod, KubernetesJson.Default.KubernetesListV1Pod);

    /// <summary>v1 Service.</summary>
    public static EntityDescriptor<V1Service> Services { get; } = new(
        "", "v1", "services", "Service", true, KubernetesJson.Default.V1Service, KubernetesJson.Default.KubernetesListV1Service);

    /// <summary>v1 ConfigMap.</summary>
    public static EntityDescriptor<V1ConfigMap> ConfigMaps { get; } = new(
        "", "v1", "configmaps", "ConfigMap", true, KubernetesJson.Default.V1ConfigMap, KubernetesJson.Default.KubernetesListV1ConfigMap);

    /// <summary>v1 Secret.</summary>
    public static EntityDescriptor<V1Secret> Secrets { get; } = new(
        "", "v1", "secrets", "Secret", true, KubernetesJson.Default.V1Secret, KubernetesJson.Default.KubernetesListV1Secret);

    /// <summary>v1 ServiceAccount.</summary>
    public static EntityDescriptor<V1ServiceAccount> ServiceAccounts { get; } = new(
        "", "v1", "serviceaccounts", "ServiceAccount", true, KubernetesJson.Default.V1ServiceAccount, KubernetesJson.Default.KubernetesListV1ServiceAccount);

    /// <summary>v1 Namespace.</summary>
    public static EntityDescriptor<V1Namespace> Namespaces { get; } = new(
        "", "v1", "namespaces", "Namespace", false, KubernetesJson.Default.V1Namespace, KubernetesJson.Default.KubernetesListV1Namespace);

    /// <summary>v1 Node.</summary>
    public static EntityDescriptor<V1Node> Nodes { get; } = new(
        "", "v1", "nodes", "Node", false, KubernetesJson.Default.V1Node, KubernetesJson.Default.KubernetesListV1Node);

    /// <summary>v1 PersistentVolumeClaim.</summary>
    public static EntityDescriptor<V1PersistentVolumeClaim> PersistentVolumeClaims { get; } = new(
        "", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", true, KubernetesJson.Default.V1PersistentVolumeClaim, KubernetesJson.Default.KubernetesListV1PersistentVolumeClaim);

    /// <summary>apps/v1 Deployment.</summary>
    public static EntityDescriptor<V1Deployment> Deployments { get; } = new(
        "apps", "v1", "deployments", "Deployment", true, KubernetesJson.Default.V1Deployment, KubernetesJson.Default.KubernetesListV1Deployment);

    /// <summary>batch/v1 Job.</summary>
    public static EntityDescriptor<V1Job> Jobs { get; } = new(
        "batch", "v1", "jobs", "Job", true, KubernetesJson.Default.V1Job, KubernetesJson.Default.KubernetesListV1Job);

    /// <summary>rbac.authorization.k8s.io/v1 Role.</summary>
    public static EntityDescriptor<V1Role> Roles { get; } = new(
        "rbac.authorization.k8s.io", "v1", "roles", "Role", true, KubernetesJson.Default.V1Role, KubernetesJson.Default.KubernetesListV1Role);

    /// <summary>rbac.authorization.k8s.io/v1 RoleBinding.</summary>
    public static EntityDescriptor<V1RoleBinding> RoleBindings { get; } = new(
        "rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", true, KubernetesJson.Default.V1RoleBinding, KubernetesJson.Default.KubernetesListV1RoleBinding);

    /// <summary>networking.k8s.io/v1 NetworkPolicy.</summary>
    public static EntityDescriptor<V1NetworkPolicy> NetworkPolicies { get; } = new(
        "networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", true, KubernetesJson.Default.V1NetworkPolicy, KubernetesJson.Default.KubernetesListV1NetworkPolicy);

    /// <summary>networking.k8s.io/v1 Ingress.</summary>
    public static EntityDescriptor<V1Ingress> Ingresses { get; } = new(
        "networking.k8s.io", "v1", "ingresses", "Ingress", true, KubernetesJson.Default.V1Ingress, KubernetesJson.Default.KubernetesListV1Ingress);

    /// <summary>discovery.k8s.io/v1 EndpointSlice; v1beta1 before Kubernetes 1.21.</summary>
    public static EntityDescriptor<V1EndpointSlice> EndpointSlices { get; } = new(
        "discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", true, KubernetesJson.Default.V1EndpointSlice, KubernetesJson.Default.KubernetesListV1EndpointSlice);

    /// <summary>coordination.k8s.io/v1 Lease.</summary>
    public static EntityDescriptor<V1Lease> Leases { get; } = new(
        "coordination.k8s.io", "v1", "leases", "Lease", true, KubernetesJson.Default.V1Lease, KubernetesJson.Default.KubernetesListV1Lease);

    /// <summary>events.k8s.io/v1 Event.</summary>
    public static EntityDescriptor<EventsV1Event> Events { get; } = new(
        "events.k8s.io", "v1", "events", "Event", true, KubernetesJson.Default.EventsV1Event, KubernetesJson.Default.KubernetesListEventsV1Event);

    /// <summary>admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration.</summary>
    public static EntityDescriptor<V1ValidatingWebhookConfiguration> ValidatingWebhookConfigurations { get; } = new(
        "admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", false, KubernetesJson.Default.V1ValidatingWebhookConfiguration, KubernetesJson.Default.KubernetesListV1ValidatingWebhookConfiguration);

    /// <summary>admissionregistration.k8s.io/v1 MutatingWebhookConfiguration.</summary>
    public static EntityDescriptor<V1MutatingWebhookConfiguration> MutatingWebhookConfigurations { get; } = new(
        "admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", false, KubernetesJson.Default.V1MutatingWebhookConfiguration, KubernetesJson.Default.KubernetesListV1MutatingWebhookConfiguration);

    /// <summary>apiextensions.k8s.io/v1 CustomResourceDefinition.</summary>
    public static EntityDescriptor<V1CustomResourceDefinition> CustomResourceDefinitions { get; } = new(
        "apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", false, KubernetesJson.Default.V1CustomResourceDefinition, KubernetesJson.Default.KubernetesListV1CustomResourceDefinition);

    /// <summary>policy/v1 PodDisruptionBudget.</summary>
    public static EntityDescriptor<V1PodDisruptionBudget> PodDisruptionBudgets { get; } = new(
        "policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true, KubernetesJson.Default.V1PodDisruptionBudget, KubernetesJson.Default.KubernetesListV1PodDisruptionBudget);
}
