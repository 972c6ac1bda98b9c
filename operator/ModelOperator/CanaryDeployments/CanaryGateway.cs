using System.Globalization;
using ModelOperator.Api;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments;

/// <summary>Pure builders of the gateway: Deployment, Service, route table, and the right to watch that one table.</summary>
public static class CanaryGateway
{
    /// <summary>Added to what a gateway is made from when it must know of loads and of holding requests.</summary>
    private const string Counting = "+load";

    /// <summary>The longest that a gateway can be told to wait, in seconds.</summary>
    private const int MostTimeout = 3600;

    /// <summary>Labels that find the gateway's Pods.</summary>
    public static Dictionary<string, string> Selector(string canary) => new()
    {
        [ModelOperatorApi.CanaryLabel] = canary,
        [ModelOperatorApi.ComponentLabel] = "gateway",
    };

    /// <summary>The Service that clients call.</summary>
    public static V1Service Service(V1CanaryDeployment canary) => new()
    {
        Metadata = Meta(canary, CanaryNames.Service(canary)),
        Spec = new()
        {
            Selector = Selector(canary.Metadata.Name),
            Ports = [new() { Name = "http", Port = 8080, TargetPort = 8080, Protocol = "TCP" }],
        },
    };

    /// <summary>The route table.</summary>
    public static V1ConfigMap Routes(V1CanaryDeployment canary, RouteTable table) => new()
    {
        Metadata = Meta(canary, CanaryNames.Routes(canary.Metadata.Name)),
        Data = new() { [RouteTable.Key] = table.Json },
    };

    /// <summary>Identity of the gateway's Pods.</summary>
    public static V1ServiceAccount ServiceAccount(V1CanaryDeployment canary) => new()
    {
        Metadata = Meta(canary, CanaryNames.Gateway(canary.Metadata.Name)),
        AutomountServiceAccountToken = false,
    };

    /// <summary>The right to read and watch the route table, and nothing else.</summary>
    public static V1Role Role(V1CanaryDeployment canary) => new()
    {
        Metadata = Meta(canary, CanaryNames.Gateway(canary.Metadata.Name)),
        Rules = [new() { ApiGroups = [""], Resources = ["configmaps"], ResourceNames = [CanaryNames.Routes(canary.Metadata.Name)], Verbs = ["get", "list", "watch"] }],
    };

    /// <summary>Gives the right to the identity.</summary>
    public static V1RoleBinding RoleBinding(V1CanaryDeployment canary)
    {
        var name = CanaryNames.Gateway(canary.Metadata.Name);
        return new()
        {
            Metadata = Meta(canary, name),
            RoleRef = new() { ApiGroup = "rbac.authorization.k8s.io", Kind = "Role", Name = name },
            Subjects = [new() { Kind = "ServiceAccount", Name = name, NamespaceProperty = canary.Metadata.NamespaceProperty }],
        };
    }

    /// <summary>The gateway's Deployment; the template of one that exists is kept while the user's spec asks for the same.</summary>
    public static V1Deployment Deployment(V1CanaryDeployment canary, OperatorOptions options, V1Deployment? existing)
    {
        var had = existing?.Metadata.Annotations?.GetValueOrDefault(CanaryWorkload.InputsAnnotation);
        var image = canary.Spec.Gateway?.Image ?? "default";
        // One that was made before there were autoscalers is made anew for its first one; one that can do more than is asked stays.
        var made = image + Counting;
        var inputs = (had?.StartsWith(made, StringComparison.Ordinal) == true || canary.Spec.Server?.Autoscale is not null ? made : image) + (Timeout(canary) is { } seconds ? $"+timeout={seconds}" : "");
        var meta = Meta(canary, CanaryNames.Gateway(canary.Metadata.Name));
        meta.Annotations = new() { [CanaryWorkload.InputsAnnotation] = inputs };
        var kept = had == inputs ? existing?.Spec?.Template : null;
        return new()
        {
            Metadata = meta,
            Spec = new()
            {
                Replicas = canary.Spec.Gateway?.Replicas ?? 1,
                RevisionHistoryLimit = 1,
                Selector = new() { MatchLabels = Selector(canary.Metadata.Name) },
                Strategy = new() { Type = "RollingUpdate", RollingUpdate = new() { MaxSurge = 1, MaxUnavailable = 0 } },
                Template = kept ?? Template(canary, options),
            },
        };
    }

    private static V1PodTemplateSpec Template(V1CanaryDeployment canary, OperatorOptions options) => new()
    {
        Metadata = new()
        {
            Labels = new(Selector(canary.Metadata.Name)) { [ModelOperatorApi.ManagedByLabel] = ModelOperatorApi.ManagedBy },
            Annotations = new() { ["prometheus.io/scrape"] = "true", ["prometheus.io/port"] = "8081", ["prometheus.io/path"] = "/metrics" },
        },
        Spec = new()
        {
            ServiceAccountName = CanaryNames.Gateway(canary.Metadata.Name),
            AutomountServiceAccountToken = true,
            EnableServiceLinks = false,
            TerminationGracePeriodSeconds = Timeout(canary) is { } seconds ? 5 + seconds : 40,
            SecurityContext = CanaryPodSecurity.Pod(),
            Containers = [Container(canary, options)],
            Volumes = [new() { Name = "tmp", EmptyDir = new() }],
        },
    };

    private static V1Container Container(V1CanaryDeployment canary, OperatorOptions options) => new()
    {
        Name = "gateway",
        Image = canary.Spec.Gateway?.Image ?? options.GatewayImage,
        ImagePullPolicy = "IfNotPresent",
        Env =
        [
            new() { Name = "MODELOP_GATEWAY_NAMESPACE", Value = canary.Metadata.NamespaceProperty },
            new() { Name = "MODELOP_GATEWAY_ROUTES", Value = CanaryNames.Routes(canary.Metadata.Name) },
            .. Timeout(canary) is { } seconds
                ? new V1EnvVar[] { Seconds("MODELOP_GATEWAY_TIMEOUT_SECONDS", seconds), Seconds("MODELOP_GATEWAY_SHUTDOWN_SECONDS", seconds) }
                : [],
        ],
        Ports = [new() { Name = "http", ContainerPort = 8080, Protocol = "TCP" }, new() { Name = "admin", ContainerPort = 8081, Protocol = "TCP" }],
        Resources = new() { Requests = new() { ["cpu"] = "50m", ["memory"] = "64Mi" }, Limits = new() { ["memory"] = "256Mi" } },
        ReadinessProbe = CanaryWorkload.Probe("/readyz", 1, 5, "admin"),
        LivenessProbe = CanaryWorkload.Probe("/healthz", 10, 6, "admin"),
        SecurityContext = CanaryPodSecurity.Container(),
        VolumeMounts = [new() { Name = "tmp", MountPath = "/tmp" }],
        TerminationMessagePolicy = "FallbackToLogsOnError",
    };

    /// <summary>
    /// Seconds that a gateway waits for servers whose requests may wait longer than its own default of 35 s allows for: theirs and five more, so that the server itself says that a request waited too long.
    /// Null where the default will do.
    /// </summary>
    private static int? Timeout(V1CanaryDeployment canary) => canary.Spec.Server?.RequestTimeoutSeconds is > 30 and var seconds ? Math.Min(seconds + 5, MostTimeout) : null;

    private static V1EnvVar Seconds(string name, int seconds) => new() { Name = name, Value = seconds.ToString(CultureInfo.InvariantCulture) };

    private static V1ObjectMeta Meta(V1CanaryDeployment canary, string name) => CanaryWorkload.Meta(canary, name, "gateway");
}
