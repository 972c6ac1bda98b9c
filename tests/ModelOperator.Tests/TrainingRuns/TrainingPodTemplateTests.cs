using System.Text.Json;
using System.Text.Json.Nodes;
using ModelOperator.Kubernetes;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

public sealed class TrainingPodTemplateTests
{
    private static readonly TrainingPodTemplate Full = new()
    {
        Affinity = Json("""{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"gpu","operator":"In","values":["a100"]}]}]}}}"""),
        Volumes =
        [
            new V1Volume { Name = "cache", PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = "hub-cache" } },
            new V1Volume { Name = "shared", AdditionalProperties = new() { ["csi"] = Json("""{"driver":"nfs.csi.k8s.io","volumeAttributes":{"server":"nas","share":"/data"}}""") } },
        ],
        VolumeMounts = [new V1VolumeMount { Name = "cache", MountPath = "/cache" }, new V1VolumeMount { Name = "shared", MountPath = "/workspace/shared", ReadOnly = true }],
        SharedMemory = "8Gi",
        Labels = new Dictionary<string, string> { ["team"] = "pricing", ["kueue.x-k8s.io/priority-class"] = "high" },
        Annotations = new Dictionary<string, string> { ["example.com/note"] = "by hand" },
        ServiceAccountName = "trainer",
        NodeSelector = new Dictionary<string, string> { ["pool"] = "gpu" },
        RuntimeClassName = "nvidia",
    };

    private static readonly TrainingRunSpec Spec = Runs.Spec with { PodTemplate = Full };

    [Theory]
    [InlineData("single", 1, 0)]
    [InlineData("rank-0", 2, 0)]
    [InlineData("rank-1", 2, 1)]
    public void The_whole_template_is_merged_into_every_rank(string name, int nodes, int rank)
    {
        var run = Runs.Run(Spec with { Nodes = nodes, Framework = nodes > 1 ? TrainingFramework.Torch : TrainingFramework.None });
        Assert.Empty(TrainingRunValidation.Check(run));
        Golden.Check($"pod-template-{name}", Body(TrainingRunPods.Build(run, 1, Runs.Options, rank)));
    }

    [Theory]
    [InlineData(null, 1, 0, "single")]
    [InlineData("team-a", 1, 0, "queued-single")]
    [InlineData("team-a", 2, 0, "queued-group-rank-0")]
    [InlineData("team-a", 2, 1, "queued-group-rank-1")]
    public void Queued_Pods_carry_what_Kueues_plain_Pod_integration_documents(string? queue, int nodes, int rank, string name)
    {
        var run = Runs.Run(Runs.Spec with
        {
            Nodes = nodes,
            Framework = TrainingFramework.Custom,
            Scheduling = queue is null ? null : new TrainingScheduling { QueueName = queue },
        });
        var pod = TrainingRunPods.Build(run, 2, Runs.Options, rank);
        Assert.Equal(queue is not null, pod.Metadata.Labels!.ContainsKey("kueue.x-k8s.io/queue-name"));
        Golden.Check($"pod-{name}", Body(pod));
    }

    [Fact]
    public void Every_rank_satisfies_the_restricted_profile()
    {
        var run = Runs.Run(Spec with { Nodes = 2, Framework = TrainingFramework.Torch });
        foreach (var rank in (int[])[0, 1])
        {
            var spec = TrainingRunPods.Build(run, 1, Runs.Options, rank).Spec!;
            Assert.True(spec.SecurityContext!.RunAsNonRoot);
            Assert.Equal("RuntimeDefault", spec.SecurityContext.SeccompProfile!.Type);
            Assert.DoesNotContain(spec.Volumes!, v => v.HostPath is not null);
            Assert.All(spec.InitContainers!.Concat(spec.Containers), c =>
            {
                Assert.False(c.SecurityContext!.AllowPrivilegeEscalation);
                Assert.True(c.SecurityContext.ReadOnlyRootFilesystem);
                Assert.Equal(["ALL"], c.SecurityContext.Capabilities!.Drop);
                Assert.Null(c.Ports);
            });
            Assert.False(spec.AutomountServiceAccountToken);
        }
    }

    [Fact]
    public void On_ranks_above_0_the_trainer_is_the_main_container()
    {
        var run = Runs.Run(Runs.Spec with { Nodes = 2, Framework = TrainingFramework.Torch });
        var spec = TrainingRunPods.Build(run, 1, Runs.Options, 1).Spec!;
        Assert.Equal(["fetch"], spec.InitContainers!.Select(c => c.Name));
        Assert.Equal(["trainer"], spec.Containers.Select(c => c.Name));
    }

    [Theory]
    [InlineData(1, 0, null)]
    [InlineData(2, 0, "diamonds-v1-1-0.diamonds-v1-ranks")]
    [InlineData(2, 1, "diamonds-v1-1-0.diamonds-v1-ranks")]
    public void Trainers_of_several_nodes_start_only_when_rank_0_has_a_name(int nodes, int rank, string? host)
    {
        var run = Runs.Run(Runs.Spec with { Nodes = nodes, Framework = TrainingFramework.Torch });
        var fetch = TrainingRunPods.Build(run, 1, Runs.Options, rank).Spec!.InitContainers![0];
        Assert.Equal(host, fetch.Env!.Find(v => v.Name == "MODELOP_AWAIT_HOST")?.Value);
    }

    public static TheoryData<string, TrainingPodTemplate> Wrong => new()
    {
        { "spec.podTemplate.volumes[1].name", new() { Volumes = [Empty("mine"), Empty("workspace")] } },
        { "spec.podTemplate.volumes[0].name", new() { Volumes = [Empty("configmap-0")] } },
        { "spec.podTemplate.volumes[1].name", new() { Volumes = [Empty("a"), Empty("a")] } },
        { "spec.podTemplate.volumes[0].name", new() { Volumes = [Empty("Not-Lower")] } },
        { "spec.podTemplate.volumes[0].hostPath", new() { Volumes = [new V1Volume { Name = "a", HostPath = new V1HostPathVolumeSource { Path = "/etc" } }] } },
        { "spec.podTemplate.volumes[0]", new() { Volumes = [new V1Volume { Name = "a" }] } },
        { "spec.podTemplate.volumes[0]", new() { Volumes = [new V1Volume { Name = "a", AdditionalProperties = new() { ["nfs"] = Json("{}") } }] } },
        { "spec.podTemplate.volumeMounts[0].name", new() { VolumeMounts = [new V1VolumeMount { Name = "a", MountPath = "/a" }] } },
        { "spec.podTemplate.volumeMounts[0].mountPath", Mounted("/workspace/output/x") },
        { "spec.podTemplate.volumeMounts[0].mountPath", Mounted("/dev/shm/") },
        { "spec.podTemplate.volumeMounts[0].mountPath", Mounted("relative") },
        { "spec.podTemplate.volumeMounts[0].mountPath", Mounted("/a/../etc/modelop") },
        { "spec.podTemplate.labels.modeloperator.io/run", new() { Labels = new Dictionary<string, string> { ["modeloperator.io/run"] = "other" } } },
        { "spec.podTemplate.labels.app.kubernetes.io/instance", new() { Labels = new Dictionary<string, string> { ["app.kubernetes.io/instance"] = "app" } } },
        { "spec.podTemplate.labels.kueue.x-k8s.io/queue-name", new() { Labels = new Dictionary<string, string> { ["kueue.x-k8s.io/queue-name"] = "q" } } },
        { "spec.podTemplate.labels.team", new() { Labels = new Dictionary<string, string> { ["team"] = "with space" } } },
        { "spec.podTemplate.annotations.argocd.argoproj.io/tracking-id", new() { Annotations = new Dictionary<string, string> { ["argocd.argoproj.io/tracking-id"] = "x" } } },
        { "spec.podTemplate.sharedMemory", new() { SharedMemory = "lots" } },
        { "spec.podTemplate.serviceAccountName", new() { ServiceAccountName = "Trainer" } },
        { "spec.podTemplate.affinity.gpuAffinity", new() { Affinity = Json("""{"gpuAffinity":{}}""") } },
        { "spec.podTemplate.affinity", new() { Affinity = Json("[]") } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_reserved_or_wrong_name_is_refused_by_its_path(string path, TrainingPodTemplate template)
    {
        var error = Assert.Single(TrainingRunValidation.Check(Runs.Run(Runs.Spec with { PodTemplate = template })));
        Assert.Equal(path, error.Path);
    }

    [Fact]
    public void What_slips_past_validation_never_replaces_what_the_operator_sets()
    {
        var run = Runs.Run(Runs.Spec with
        {
            PodTemplate = new TrainingPodTemplate
            {
                Labels = new Dictionary<string, string> { ["modeloperator.io/run-uid"] = "forged" },
                Volumes = [Empty("workspace")],
                VolumeMounts = [new V1VolumeMount { Name = "workspace", MountPath = "/workspace/output" }],
            },
        });
        var pod = TrainingRunPods.Build(run, 1, Runs.Options);
        Assert.Equal(run.Metadata.Uid, pod.Metadata.Labels!["modeloperator.io/run-uid"]);
        Assert.Single(pod.Spec!.Volumes!, v => v.Name == "workspace");
        Assert.Equal("output", Assert.Single(pod.Spec.InitContainers![1].VolumeMounts!, m => m.MountPath == "/workspace/output").Name);
    }

    private static V1Volume Empty(string name) => new() { Name = name, EmptyDir = new V1EmptyDirVolumeSource() };

    private static TrainingPodTemplate Mounted(string path) => new() { Volumes = [Empty("mine")], VolumeMounts = [new V1VolumeMount { Name = "mine", MountPath = path }] };

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>The body without what every other Pod has too: environment, images, and the operator's own volumes.</summary>
    private static JsonNode Body(V1Pod pod)
    {
        var body = JsonSerializer.SerializeToNode(pod, KubernetesJson.Default.V1Pod)!;
        var spec = body["spec"]!.AsObject();
        var mine = new HashSet<string>(StringComparer.Ordinal) { "cache", "shared", "shm" };
        Keep(spec["volumes"]!.AsArray(), mine);
        foreach (var container in spec["initContainers"]!.AsArray().Concat(spec["containers"]!.AsArray()).Select(c => c!.AsObject()))
        {
            foreach (var field in container.Select(f => f.Key).Except(["name", "resources", "volumeMounts"]).ToList())
                container.Remove(field);
            Keep(container["volumeMounts"]!.AsArray(), mine);
        }

        return body;
    }

    private static void Keep(JsonArray named, HashSet<string> names)
    {
        foreach (var item in named.Where(i => !names.Contains((string)i!["name"]!)).ToList())
            named.Remove(item);
    }
}
