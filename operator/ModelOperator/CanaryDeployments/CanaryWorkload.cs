using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelOperator.Api;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments;

/// <summary>Pure builders of one version's Deployment, Service and Secret.</summary>
public static class CanaryWorkload
{
    /// <summary>Annotation with the hash of what the user's spec says about a workload.</summary>
    public const string InputsAnnotation = ModelOperatorApi.Group + "/inputs";

    private const string PlanVariable = "MODELOP_FETCH_PLAN";
    private const string TokenKey = "store-token";
    private const string FeedbackKey = "feedback-key";
    private const int LeastGraceSeconds = 40;

    /// <summary>Credentials of a version's Pods.</summary>
    public static V1Secret Secret(V1CanaryDeployment canary, string version, CanaryCredentials credentials)
    {
        var data = new Dictionary<string, byte[]> { [TokenKey] = Encoding.UTF8.GetBytes(credentials.ReadToken), [FeedbackKey] = Encoding.UTF8.GetBytes(credentials.FeedbackKey) };
        CanaryPredictionLog.AddTo(data, canary, credentials);
        return new() { Metadata = Meta(canary, CanaryNames.Workload(canary.Metadata.Name, version), "server", version), Type = "Opaque", Data = data };
    }

    /// <summary>Service of a version's Pods; only the gateway calls it.</summary>
    public static V1Service Service(V1CanaryDeployment canary, string version) => new()
    {
        Metadata = Meta(canary, CanaryNames.Workload(canary.Metadata.Name, version), "server", version),
        Spec = new()
        {
            Selector = Selector(canary.Metadata.Name, version),
            Ports = [new() { Name = "http", Port = 8080, TargetPort = 8080, Protocol = "TCP" }],
        },
    };

    /// <summary>
    /// Deployment of a version. The template of one that exists is kept while the user's spec asks for the same: an upgrade of the operator
    /// restarts no Pod. With <paramref name="keep"/> it is kept whatever is asked for.
    /// </summary>
    public static V1Deployment Deployment(V1CanaryDeployment canary, VersionView version, int replicas, OperatorOptions options, V1Deployment? existing, bool keep = false)
    {
        var had = existing?.Metadata.Annotations?.GetValueOrDefault(InputsAnnotation);
        var inputs = (keep ? had : null) ?? Inputs(canary.Spec, version);
        var kept = keep || had == inputs ? existing?.Spec?.Template : null;
        return Deployment(canary, version.Name, replicas, inputs, kept ?? Template(canary, version, options));
    }

    /// <summary>Deployment of a version whose object is gone: as it is, but for its size; null when there is none to go by.</summary>
    public static V1Deployment? Orphan(V1CanaryDeployment canary, string version, int replicas, V1Deployment? existing) =>
        existing is { Spec.Template: { } template, Metadata.Annotations: { } annotations } && annotations.TryGetValue(InputsAnnotation, out var inputs)
            ? Deployment(canary, version, replicas, inputs, template)
            : null;

    private static V1Deployment Deployment(V1CanaryDeployment canary, string version, int replicas, string inputs, V1PodTemplateSpec template)
    {
        var meta = Meta(canary, CanaryNames.Workload(canary.Metadata.Name, version), "server", version);
        meta.Annotations = new() { [InputsAnnotation] = inputs };
        return new()
        {
            Metadata = meta,
            Spec = new()
            {
                Replicas = replicas,
                RevisionHistoryLimit = 1,
                // Ready is not reachable yet: every node has to learn the Service's new address first.
                MinReadySeconds = 3,
                ProgressDeadlineSeconds = canary.Spec.ProgressDeadlineSeconds,
                Selector = new() { MatchLabels = Selector(canary.Metadata.Name, version) },
                Strategy = new() { Type = "RollingUpdate", RollingUpdate = new() { MaxSurge = 1, MaxUnavailable = 0 } },
                Template = template,
            },
        };
    }

    /// <summary>Digest that a Deployment's Pods fetch; null without one.</summary>
    public static string? FetchedDigest(V1Deployment? deployment)
    {
        var plan = deployment?.Spec?.Template?.Spec?.InitContainers?.SelectMany(c => c.Env ?? []).FirstOrDefault(e => e.Name == PlanVariable)?.Value;
        try
        {
            return plan is null ? null : (string?)JsonNode.Parse(plan)?[0]?["digest"];
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // Not what was written here: somebody edited it by hand, and nothing is known.
            return null;
        }
    }

    /// <summary>Labels that find a version's Pods.</summary>
    public static Dictionary<string, string> Selector(string canary, string version) => new()
    {
        [ModelOperatorApi.CanaryLabel] = canary,
        [ModelOperatorApi.ComponentLabel] = "server",
        [ModelOperatorApi.VersionLabel] = version,
    };

    /// <summary>Metadata of a child: deterministic name, our labels only; the user's and Argo CD's are never copied.</summary>
    internal static V1ObjectMeta Meta(V1CanaryDeployment canary, string name, string component, string? version = null)
    {
        var labels = new Dictionary<string, string>
        {
            [ModelOperatorApi.ManagedByLabel] = ModelOperatorApi.ManagedBy,
            [ModelOperatorApi.CanaryLabel] = canary.Metadata.Name,
            [ModelOperatorApi.ComponentLabel] = component,
        };
        if (version is not null)
            labels[ModelOperatorApi.VersionLabel] = version;
        return new() { Name = name, NamespaceProperty = canary.Metadata.NamespaceProperty, Labels = labels };
    }

    private static V1PodTemplateSpec Template(V1CanaryDeployment canary, VersionView version, OperatorOptions options)
    {
        var server = canary.Spec.Server ?? new();
        return new()
        {
            Metadata = new()
            {
                Labels = new(Selector(canary.Metadata.Name, version.Name)) { [ModelOperatorApi.ModelLabel] = version.Model, [ModelOperatorApi.ManagedByLabel] = ModelOperatorApi.ManagedBy },
                Annotations = new() { ["prometheus.io/scrape"] = "true", ["prometheus.io/port"] = "8080", ["prometheus.io/path"] = "/metrics" },
            },
            Spec = new()
            {
                AutomountServiceAccountToken = false,
                EnableServiceLinks = false,
                TerminationGracePeriodSeconds = GraceSeconds(server),
                SecurityContext = CanaryPodSecurity.Pod(),
                NodeSelector = server.NodeSelector is null ? null : new(server.NodeSelector),
                ImagePullSecrets = server.ImagePullSecrets?.Select(s => new V1LocalObjectReference { Name = s.Name }).ToList(),
                InitContainers = [Fetch(canary, version, options)],
                Containers = [Server(canary, version, options, server)],
                Volumes = [new() { Name = "models", EmptyDir = new() }, new() { Name = "tmp", EmptyDir = new() }],
            },
        };
    }

    private static V1Container Fetch(V1CanaryDeployment canary, VersionView version, OperatorOptions options) => new()
    {
        Name = "fetch",
        Image = options.OperatorImage,
        ImagePullPolicy = "IfNotPresent",
        Args = ["fetch"],
        Env =
        [
            new() { Name = "MODELOP_STORE_URL", Value = options.StoreUrl },
            new()
            {
                Name = PlanVariable,
                Value = new JsonArray((JsonNode)new JsonObject
                {
                    ["name"] = version.Name,
                    ["uri"] = version.Uri,
                    ["digest"] = version.Digest,
                    ["dir"] = "/models/" + version.Model,
                }).ToJsonString(),
            },
            Key("MODELOP_STORE_TOKEN", canary, version, TokenKey),
        ],
        Resources = new() { Requests = new() { ["cpu"] = "50m", ["memory"] = "64Mi" }, Limits = new() { ["memory"] = "256Mi" } },
        SecurityContext = CanaryPodSecurity.Container(),
        VolumeMounts = [new() { Name = "models", MountPath = "/models" }, new() { Name = "tmp", MountPath = "/tmp" }],
        TerminationMessagePolicy = "FallbackToLogsOnError",
    };

    private static V1Container Server(V1CanaryDeployment canary, VersionView version, OperatorOptions options, ModelServerTemplate server) => new()
    {
        Name = "server",
        Image = CanaryDevice.Image(server, options),
        ImagePullPolicy = "IfNotPresent",
        Env =
        [
            new() { Name = "MODELOP_MODEL_NAME", Value = version.Model },
            new() { Name = "MODELOP_MODEL_VERSION", Value = version.Name },
            new() { Name = "MODELOP_MODEL_DIR", Value = "/models/" + version.Model },
            new() { Name = "MODELOP_CANARY", Value = canary.Metadata.Name },
            Key("MODELOP_FEEDBACK_KEY", canary, version, FeedbackKey),
            .. version.Signature is { } signature ? new V1EnvVar[] { new() { Name = "MODELOP_MODEL_SIGNATURE", Value = signature } } : [],
            .. Settings(server).Select(static setting => new V1EnvVar { Name = setting.Name, Value = setting.Value }),
            .. CanaryPredictionLog.Variables(canary, CanaryNames.Workload(canary.Metadata.Name, version.Name), options),
        ],
        Ports = [new() { Name = "http", ContainerPort = 8080, Protocol = "TCP" }],
        Resources = new()
        {
            Requests = Quantities(server.Requests) ?? new() { ["cpu"] = "50m", ["memory"] = "128Mi" },
            Limits = Quantities(server.Limits) ?? new() { ["memory"] = "1Gi" },
        },
        ReadinessProbe = Probe("/v2/health/ready", 1, 5),
        LivenessProbe = Probe("/v2/health/live", 10, 6),
        StartupProbe = Probe("/v2/health/live", 1, 300),
        SecurityContext = CanaryPodSecurity.Container(),
        VolumeMounts = [new() { Name = "models", MountPath = "/models", ReadOnly = true }, new() { Name = "tmp", MountPath = "/tmp" }],
        TerminationMessagePolicy = "FallbackToLogsOnError",
    };

    private static V1EnvVar Key(string name, V1CanaryDeployment canary, VersionView version, string key) => new()
    {
        Name = name,
        ValueFrom = new() { SecretKeyRef = new() { Name = CanaryNames.Workload(canary.Metadata.Name, version.Name), Key = key } },
    };

    internal static V1Probe Probe(string path, int period, int failures, string port = "http") => new()
    {
        HttpGet = new() { Path = path, Port = port },
        PeriodSeconds = period,
        // A node at its limit answers late, and an unready gateway is refused connections: only what is silent for long is taken to hang.
        TimeoutSeconds = 5,
        FailureThreshold = failures,
    };

    internal static Dictionary<string, Quantity>? Quantities(IReadOnlyDictionary<string, string>? texts) =>
        texts?.ToDictionary(pair => pair.Key, pair => new Quantity(pair.Value));

    /// <summary>Everything of the user's spec that shapes the Pods; nothing of the operator's own settings.</summary>
    private static string Inputs(CanaryDeploymentSpec spec, VersionView version)
    {
        var server = spec.Server ?? new();
        var text = string.Join('\n', [
            version.Uri,
            version.Digest,
            server.Image ?? "",
            .. Lines(server.Limits),
            "-",
            .. Lines(server.Requests),
            "-",
            .. Lines(server.NodeSelector),
            "-",
            .. (server.ImagePullSecrets ?? []).Select(s => s.Name),
            .. Settings(server).Select(static setting => $"{setting.Name}={setting.Value}"),
            .. version.Signature is { } signature ? [signature] : Array.Empty<string>(),
            .. CanaryPredictionLog.Inputs(server),
        ]);
        return "v1:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }

    /// <summary>The server's drain of 5 s, the longest that a request may wait, 30 s by default, and the 5 s that the server takes after that.</summary>
    private static int GraceSeconds(ModelServerTemplate server) => Math.Max(LeastGraceSeconds, 5 + (server.RequestTimeoutSeconds ?? 30) + 5);

    private static IEnumerable<(string Name, string Value)> Settings(ModelServerTemplate server) =>
        new[]
        {
            ("MODELOP_MAX_CONCURRENT_REQUESTS", server.MaxConcurrentRequests?.ToString(CultureInfo.InvariantCulture)),
            ("MODELOP_MAX_QUEUED_REQUESTS", server.MaxQueuedRequests?.ToString(CultureInfo.InvariantCulture)),
            ("MODELOP_REQUEST_TIMEOUT_SECONDS", server.RequestTimeoutSeconds?.ToString(CultureInfo.InvariantCulture)),
            ("MODELOP_MODEL_VARIANT", server.Variant),
            // The server's default is the CPU: whoever writes it out restarts no Pod.
            ("MODELOP_DEVICE", server.Device == CanaryDevice.Cuda ? CanaryDevice.Cuda : null),
            ("MODELOP_BATCH_ROWS", server.BatchRows?.ToString(CultureInfo.InvariantCulture)),
            ("MODELOP_BATCH_MILLISECONDS", server.BatchMilliseconds?.ToString(CultureInfo.InvariantCulture)),
        }.Where(static setting => setting.Item2 is not null).Select(static setting => (setting.Item1, setting.Item2!));

    private static IEnumerable<string> Lines(IReadOnlyDictionary<string, string>? map) =>
        (map ?? new Dictionary<string, string>()).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}");
}
