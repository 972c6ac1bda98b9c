using System.Globalization;
using ModelOperator.Api;
using ModelOperator.Artifacts;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.ModelVersions;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// The training Pod of an attempt. The trainer is an init container on purpose: it runs unwrapped, and the publisher starts only after
/// it exits 0. Every Pod satisfies the restricted profile of the Pod Security Standards. Pure.
/// </summary>
public static class TrainingRunPods
{
    public const string FetchContainer = "fetch";
    public const string TrainerContainer = "trainer";
    public const string ProgressContainer = "progress";
    public const string PublishContainer = "publish";
    public const string DatasetFolder = "/workspace/dataset";
    public const string OutputFolder = "/workspace/output";
    public const string MetricsFolder = "/workspace/metrics";

    /// <summary>User and group that every container runs as.</summary>
    public const long UserId = 65532;

    private const string WorkspaceVolume = "workspace";
    private const string DatasetVolume = "dataset";
    private const string OutputVolume = "output";
    private const string MetricsVolume = "metrics";
    private const string TemporaryVolume = "tmp";
    internal const string SharedMemoryVolume = "shm";
    private const string ParametersVolume = "params";
    private const string StatusTokenVolume = "status-token";

    /// <summary>Name of an attempt's Pod: run, attempt, rank.</summary>
    public static string NameOf(string run, int attempt, int rank = 0) => TrainingRanks.PodName(run, attempt, rank);

    /// <summary>Where the kubelet mounts the ConfigMap of a dataset.</summary>
    public static string ConfigMapFolder(string dataset) => $"/etc/modelop/configmaps/{dataset}";

    /// <summary>
    /// Builds the Pod of a rank of an attempt. Rank 0 publishes when its trainer is done. The others have nothing to publish: there the trainer
    /// is the main container itself, so that no further container runs and the GPUs are free the moment it ends.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="attempt">Its attempt.</param>
    /// <param name="options">Settings of the installation.</param>
    /// <param name="rank">The rank.</param>
    /// <param name="sidecars">Whether the server has native sidecars: then one beside rank 0's trainer tells what its metrics file says.</param>
    /// <param name="gates">Gates of the model, whose metrics must not be what the publisher's message has no room for.</param>
    public static V1Pod Build(V1TrainingRun run, int attempt, OperatorOptions options, int rank = 0, bool sidecars = false, ModelGates? gates = null)
    {
        var trainer = Trainer(run, attempt, options, rank);
        var labels = TrainingRunChildren.Labels(run, "trainer");
        labels[ModelOperatorApi.AttemptLabel] = attempt.ToString(CultureInfo.InvariantCulture);
        TrainingRunNetwork.Label(labels, run, options);
        var template = run.Spec.PodTemplate;
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta
            {
                Name = NameOf(run.Metadata.Name, attempt, rank),
                NamespaceProperty = run.Metadata.NamespaceProperty,
                Labels = labels,
                Annotations = new(StringComparer.Ordinal)
                {
                    ["kubectl.kubernetes.io/default-container"] = TrainerContainer,
                    ["kubectl.kubernetes.io/default-logs-container"] = TrainerContainer,
                },
            },
            Spec = new V1PodSpec
            {
                RestartPolicy = "Never",
                ServiceAccountName = TrainingRunNetwork.ServiceAccountName,
                AutomountServiceAccountToken = false,
                EnableServiceLinks = false,
                TerminationGracePeriodSeconds = TrainingCheckpoints.GraceSeconds(run.Spec),
                SecurityContext = new V1PodSecurityContext
                {
                    RunAsNonRoot = true,
                    RunAsUser = UserId,
                    RunAsGroup = UserId,
                    FsGroup = UserId,
                    SeccompProfile = new V1SeccompProfile { Type = "RuntimeDefault" },
                },
                NodeSelector = template?.NodeSelector?.ToDictionary(StringComparer.Ordinal),
                Tolerations = template?.Tolerations?.ToList(),
                PriorityClassName = template?.PriorityClassName,
                RuntimeClassName = template?.RuntimeClassName,
                ImagePullSecrets = template?.ImagePullSecrets?.Select(s => new V1LocalObjectReference { Name = s.Name }).ToList(),
                Hostname = run.Spec.Nodes > 1 ? NameOf(run.Metadata.Name, attempt, rank) : null,
                Subdomain = run.Spec.Nodes > 1 ? TrainingRanks.ServiceName(run.Metadata.Name) : null,
                InitContainers = rank == 0 ? [Fetch(run, attempt, options), .. Progress(run, options, sidecars), trainer] : [Fetch(run, attempt, options)],
                Containers = rank == 0 ? [Publish(run, options, gates)] : [trainer],
                Volumes = [.. Volumes(run, options), .. TrainingCheckpoints.Volumes(run, attempt)],
            },
        };
        TrainingPodExtras.Merge(template, pod, trainer);
        TrainingQueueing.Enqueue(run, attempt, pod);
        TrainingPodExtras.AwaitPeer(run, attempt, pod);
        return pod;
    }

    private static V1Container Fetch(V1TrainingRun run, int attempt, OperatorOptions options) => new()
    {
        Name = FetchContainer,
        Image = options.OperatorImage,
        ImagePullPolicy = "IfNotPresent",
        Args = ["fetch"],
        Env =
        [
            Variable("MODELOP_STORE_URL", options.StoreUrl),
            FromSecret("MODELOP_FETCH_PLAN", TrainingRunChildren.SecretName(run), TrainingRunChildren.FetchPlanKey),
            .. TrainingCheckpoints.FetchVariables(run, attempt),
        ],
        Resources = TransferResources(),
        SecurityContext = Restricted(),
        TerminationMessagePolicy = "File",
        VolumeMounts =
        [
            Mount(DatasetVolume, DatasetFolder),
            Mount(TemporaryVolume, "/tmp"),
            .. ConfigMaps(run).Select(c => Mount(c.Volume, ConfigMapFolder(c.Dataset), readOnly: true)),
            .. TrainingRunSources.Mounts(run),
            .. TrainingCheckpoints.FetchMounts(run, attempt),
        ],
    };

    private static V1Container Trainer(V1TrainingRun run, int attempt, OperatorOptions options, int rank)
    {
        List<V1VolumeMount> mounts =
        [
            Mount(WorkspaceVolume, "/workspace"),
            Mount(DatasetVolume, DatasetFolder, readOnly: true),
            Mount(OutputVolume, OutputFolder),
            Mount(MetricsVolume, MetricsFolder),
            Mount(TemporaryVolume, "/tmp"),
            Mount(SharedMemoryVolume, "/dev/shm"),
            Mount(ParametersVolume, TrainingRunEnvironment.ParametersFolder, readOnly: true),
            .. TrainingCheckpoints.TrainerMounts(run, attempt),
        ];
        if (options.StatusUrl is not null)
            mounts.Add(Mount(StatusTokenVolume, TrainingRunEnvironment.StatusTokenFolder, readOnly: true));
        return new V1Container
        {
            Name = TrainerContainer,
            Image = TrainingResolution.ImageFor(run, options),
            ImagePullPolicy = "IfNotPresent",
            Command = run.Spec.Command?.ToList(),
            Args = run.Spec.Args?.ToList(),
            Env = TrainingRunEnvironment.Build(run, attempt, options, rank),
            Resources = Resources(run.Spec.Resources),
            SecurityContext = Restricted(),
            TerminationMessagePolicy = "FallbackToLogsOnError",
            VolumeMounts = mounts,
        };
    }

    private static V1Container[] Progress(V1TrainingRun run, OperatorOptions options, bool sidecars) => !sidecars || options.StatusUrl is null ? [] :
    [
        new V1Container
        {
            Name = ProgressContainer,
            Image = options.OperatorImage,
            ImagePullPolicy = "IfNotPresent",
            Args = ["progress"],
            RestartPolicy = "Always",
            Env = [Variable("MODELOP_METRICS_FILE", TrainingRunEnvironment.MetricsFile), .. TrainingRunEnvironment.Status(run, options)],
            Resources = new V1ResourceRequirements
            {
                Requests = new(StringComparer.Ordinal) { ["cpu"] = "10m", ["memory"] = "48Mi" },
                Limits = new(StringComparer.Ordinal) { ["memory"] = "128Mi" },
            },
            SecurityContext = Restricted(),
            TerminationMessagePolicy = "File",
            VolumeMounts =
            [
                Mount(MetricsVolume, MetricsFolder, readOnly: true),
                Mount(StatusTokenVolume, TrainingRunEnvironment.StatusTokenFolder, readOnly: true),
                Mount(TemporaryVolume, "/tmp"),
            ],
        },
    ];

    private static V1Container Publish(V1TrainingRun run, OperatorOptions options, ModelGates? gates) => new()
    {
        Name = PublishContainer,
        Image = options.OperatorImage,
        ImagePullPolicy = "IfNotPresent",
        Args = ["publish"],
        Env =
        [
            Variable("MODELOP_STORE_URL", options.StoreUrl),
            Variable("MODELOP_OUTPUT_DIR", OutputFolder),
            Variable("MODELOP_METRICS_FILE", TrainingRunEnvironment.MetricsFile),
            FromSecret("MODELOP_STORE_TOKEN", TrainingRunChildren.SecretName(run), TrainingRunChildren.StoreTokenKey),
            .. gates is { Metrics.Count: > 0 } ? [Variable(PublishCommand.PrimaryMetrics, string.Concat(ModelGateJudge.MetricsOf(gates).Select(static name => name + '\n')))] : Array.Empty<V1EnvVar>(),
        ],
        Resources = TransferResources(),
        SecurityContext = Restricted(),
        TerminationMessagePolicy = "File",
        VolumeMounts = [Mount(OutputVolume, OutputFolder, readOnly: true), Mount(MetricsVolume, MetricsFolder, readOnly: true), Mount(TemporaryVolume, "/tmp")],
    };

    private static List<V1Volume> Volumes(V1TrainingRun run, OperatorOptions options)
    {
        List<V1Volume> volumes =
        [
            .. new[] { WorkspaceVolume, DatasetVolume, OutputVolume, MetricsVolume, TemporaryVolume }
                .Select(name => new V1Volume { Name = name, EmptyDir = new V1EmptyDirVolumeSource() }),
            new V1Volume { Name = SharedMemoryVolume, EmptyDir = new V1EmptyDirVolumeSource { Medium = "Memory" } },
            new V1Volume
            {
                Name = ParametersVolume,
                Secret = new V1SecretVolumeSource
                {
                    SecretName = TrainingRunChildren.SecretName(run),
                    Items = [new V1KeyToPath { Key = TrainingRunChildren.ParametersKey, Path = TrainingRunChildren.ParametersKey }],
                },
            },
            .. ConfigMaps(run).Select(c => new V1Volume { Name = c.Volume, ConfigMap = new V1ConfigMapVolumeSource { Name = c.ConfigMap } }),
            .. TrainingRunSources.Volumes(run),
        ];
        if (options.StatusUrl is not null)
        {
            volumes.Add(new V1Volume
            {
                Name = StatusTokenVolume,
                Secret = new V1SecretVolumeSource
                {
                    SecretName = TrainingRunChildren.SecretName(run),
                    Items = [new V1KeyToPath { Key = TrainingRunChildren.StatusTokenKey, Path = TrainingRunEnvironment.StatusTokenFile },
                        new V1KeyToPath { Key = TrainingRunChildren.StatusAuthorityKey, Path = TrainingRunEnvironment.StatusAuthorityFile }],
                },
            });
        }

        return volumes;
    }

    private static IEnumerable<(string Volume, string Dataset, string ConfigMap)> ConfigMaps(V1TrainingRun run)
    {
        foreach (var (index, dataset) in (run.Spec.Datasets ?? []).Index())
        {
            if (ConfigMapDataset.TryParse(dataset.Uri, out var source))
                yield return (string.Create(CultureInfo.InvariantCulture, $"configmap-{index}"), dataset.Name, source.Name);
        }
    }

    /// <summary>Limits and requests as asked; a limit alone is also the request, as the API server would have it.</summary>
    private static V1ResourceRequirements? Resources(TrainingResources? resources) => resources is null ? null : new V1ResourceRequirements
    {
        Limits = resources.Limits?.ToDictionary(p => p.Key, p => new Quantity(p.Value), StringComparer.Ordinal),
        Requests = resources.Requests?.ToDictionary(p => p.Key, p => new Quantity(p.Value), StringComparer.Ordinal),
    };

    private static V1ResourceRequirements TransferResources() => new()
    {
        Requests = new(StringComparer.Ordinal) { ["cpu"] = "50m", ["memory"] = "64Mi" },
        Limits = new(StringComparer.Ordinal) { ["memory"] = "512Mi" },
    };

    private static V1SecurityContext Restricted() => new()
    {
        AllowPrivilegeEscalation = false,
        ReadOnlyRootFilesystem = true,
        RunAsNonRoot = true,
        Capabilities = new V1Capabilities { Drop = ["ALL"] },
    };

    private static V1VolumeMount Mount(string volume, string path, bool readOnly = false) =>
        new() { Name = volume, MountPath = path, ReadOnly = readOnly ? true : null };

    private static V1EnvVar Variable(string name, string value) => new() { Name = name, Value = value };

    private static V1EnvVar FromSecret(string name, string secret, string key) =>
        new() { Name = name, ValueFrom = new V1EnvVarSource { SecretKeyRef = new V1KeySelector { Name = secret, Key = key } } };
}
