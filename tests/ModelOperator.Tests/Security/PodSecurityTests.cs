using System.Text.Json;
using System.Text.Json.Nodes;
using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.Datasets;
using ModelOperator.Kubernetes;
using ModelOperator.Tests.CanaryDeployments;
using ModelOperator.Tests.TrainingRuns;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.Security;

/// <summary>Every Pod that the operator builds, and every Pod of config/, against the whole restricted profile.</summary>
public sealed class PodSecurityTests
{
    private static readonly string Digest = "sha256:" + new string('a', 64);

    public static TheoryData<string> BuiltPods => [.. Built().Select(b => b.Name)];

    private const string EnergyAgent = "model-operator-energy-agent";

    public static TheoryData<string> Workloads => [.. Deployments().Select(d => d.Name).Where(n => n != EnergyAgent)];

    [Theory]
    [MemberData(nameof(BuiltPods))]
    public void Every_Pod_that_is_built_is_admitted(string name)
    {
        var pod = Built().Single(b => b.Name == name).Pod;
        Assert.Empty(RestrictedProfile.Check(pod));
        // Beyond the profile: nothing can be written into an image, nobody has a token who needs none, and memory is bounded for what is ours.
        Assert.All(RestrictedProfile.Containers(pod["spec"]!.AsObject()), c => Assert.Equal("true", c["securityContext"]!["readOnlyRootFilesystem"]!.ToString()));
        if (!name.StartsWith("gateway", StringComparison.Ordinal))
            Assert.Equal("false", pod["spec"]!["automountServiceAccountToken"]!.ToString());
    }

    [Theory]
    [MemberData(nameof(Workloads))]
    public void Every_Pod_of_the_installation_is_admitted(string name)
    {
        var template = Deployments().Single(d => d.Name == name).Template;
        Assert.Empty(RestrictedProfile.Check(template));
        Assert.All(RestrictedProfile.Containers(template["spec"]!.AsObject()), c => Assert.Equal("true", c["securityContext"]!["readOnlyRootFilesystem"]!.ToString()));
    }

    // Opt-in, and what it reads belongs to root on the node: it breaks these rules of the profile and no other.
    [Fact]
    public void The_energy_agent_is_root_with_two_folders_of_its_node_and_nothing_more()
    {
        var template = Deployments().Single(d => d.Name == EnergyAgent).Template;
        var broken = RestrictedProfile.Check(template);
        Assert.All(broken, b => Assert.Matches("^(Volume Types: hostPath|Running as Non-root)", b));
        var hosts = template["spec"]!["volumes"]!.AsArray().Select(v => (string?)v!["hostPath"]?["path"]).OfType<string>();
        Assert.Equal(["/sys", "/var/lib/kubelet/pod-resources"], hosts.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_installation_has_the_workloads_that_this_test_should_see() =>
        Assert.Superset(new HashSet<string> { "model-operator", "model-operator-artifacts", "prometheus", "postgres" }, Deployments().Select(d => d.Name).ToHashSet());

    public static TheoryData<string, string> Breaches => new()
    {
        { "Host Namespaces", """{"spec":{"hostNetwork":true}}""" },
        { "Host Namespaces", """{"spec":{"hostPID":true}}""" },
        { "Host Namespaces", """{"spec":{"hostIPC":true}}""" },
        { "Volume Types", """{"spec":{"volumes":[{"name":"v","hostPath":{"path":"/"}}]}}""" },
        { "Volume Types", """{"spec":{"volumes":[{"name":"v","nfs":{"server":"s","path":"/"}}]}}""" },
        { "Sysctls", """{"spec":{"securityContext":{"sysctls":[{"name":"kernel.msgmax","value":"1"}]}}}""" },
        { "AppArmor", """{"metadata":{"annotations":{"container.apparmor.security.beta.kubernetes.io/c":"unconfined"}}}""" },
        { "AppArmor", """{"spec":{"securityContext":{"appArmorProfile":{"type":"Unconfined"}}}}""" },
        { "SELinux", """{"spec":{"securityContext":{"seLinuxOptions":{"type":"spc_t"}}}}""" },
        { "SELinux", """{"spec":{"securityContext":{"seLinuxOptions":{"user":"root"}}}}""" },
        { "HostProcess", """{"spec":{"securityContext":{"windowsOptions":{"hostProcess":true}}}}""" },
        { "Running as Non-root", """{"spec":{"securityContext":{"runAsNonRoot":false}}}""" },
        { "Running as Non-root user", """{"spec":{"securityContext":{"runAsUser":0}}}""" },
        { "Seccomp", """{"spec":{"securityContext":{"seccompProfile":{"type":"Unconfined"}}}}""" },
        { "Privileged Containers", """{"c":{"securityContext":{"privileged":true}}}""" },
        { "Privilege Escalation", """{"c":{"securityContext":{"allowPrivilegeEscalation":true}}}""" },
        { "Privilege Escalation", """{"c":{"securityContext":{"allowPrivilegeEscalation":null}}}""" },
        { "Capabilities", """{"c":{"securityContext":{"capabilities":{"drop":["NET_RAW"]}}}}""" },
        { "Capabilities", """{"c":{"securityContext":{"capabilities":{"drop":["ALL"],"add":["SYS_ADMIN"]}}}}""" },
        { "/proc Mount Type", """{"c":{"securityContext":{"procMount":"Unmasked"}}}""" },
        { "Host Ports", """{"c":{"ports":[{"containerPort":80,"hostPort":80}]}}""" },
        { "Running as Non-root", """{"c":{"securityContext":{"runAsNonRoot":false}}}""" },
        { "Running as Non-root user", """{"c":{"securityContext":{"runAsUser":0}}}""" },
        { "Seccomp", """{"c":{"securityContext":{"seccompProfile":{"type":"Unconfined"}}}}""" },
        { "Host Probes / Lifecycle Hooks", """{"c":{"livenessProbe":{"httpGet":{"port":80,"host":"127.0.0.1"}}}}""" },
        { "Host Probes / Lifecycle Hooks", """{"c":{"lifecycle":{"preStop":{"tcpSocket":{"port":80,"host":"127.0.0.1"}}}}}""" },
    };

    /// <summary>A checker that admitted everything would make the tests above empty.</summary>
    [Theory]
    [MemberData(nameof(Breaches))]
    public void The_checker_refuses_a_Pod_that_breaks_a_control(string control, string change)
    {
        foreach (var list in new[] { "initContainers", "containers" })
        {
            var pod = Built().First(b => b.Name == "run plain").Pod.DeepClone();
            var patch = JsonNode.Parse(change)!.AsObject();
            if (patch["c"] is JsonObject container)
                Merge(pod["spec"]![list]![0]!.AsObject(), container);
            else
                Merge(pod.AsObject(), patch);
            Assert.Contains(RestrictedProfile.Check(pod), b => b.StartsWith(control + ":", StringComparison.Ordinal));
        }
    }

    private static IEnumerable<(string Name, JsonNode Pod)> Built()
    {
        var everything = Runs.Spec with
        {
            Datasets =
            [
                new TrainingDataset { Name = "a", Uri = "pvc://shared/a.csv", Validation = new DatasetValidation() },
                new TrainingDataset { Name = "b", Uri = "s3://bucket/b/", SecretRef = new LocalReference { Name = "s3" } },
                new TrainingDataset { Name = "c", Uri = "configmap://c" },
                new TrainingDataset { Name = "d", Uri = "https://example.com/d.csv", Digest = Digest, SecretRef = new LocalReference { Name = "web" } },
            ],
            Env = [new TrainingEnvironment { Name = "TOKEN", SecretKeyRef = new SecretKeyReference { Name = "hub", Key = "token" } }],
        };
        yield return ("run plain", Json(TrainingRunPods.Build(Runs.Run(), 1, Runs.Options)));
        yield return ("run with every source", Json(TrainingRunPods.Build(Runs.Run(everything), 3, Runs.Options)));
        yield return ("run of two nodes, rank 0", Json(TrainingRunPods.Build(Runs.Run(everything with { Nodes = 2 }), 1, Runs.Options)));
        yield return ("run of two nodes, rank 1", Json(TrainingRunPods.Build(Runs.Run(everything with { Nodes = 2 }), 1, Runs.Options, 1)));
        yield return ("run with status over TLS", Json(TrainingRunPods.Build(Runs.Run(everything), 1, Runs.Options with { StatusUrl = "https://status" })));
        yield return ("run with a sidecar", Json(TrainingRunPods.Build(Runs.Run(everything), 1, Runs.Options with { StatusUrl = "https://status" }, sidecars: true)));
        var canary = Canaries.Of(Canaries.Spec() with { Server = new() { Limits = new Dictionary<string, string> { ["nvidia.com/gpu"] = "1", ["memory"] = "2Gi" } } });
        yield return ("server", Json(CanaryWorkload.Deployment(canary, Canaries.Version("diamonds-2"), 1, Canaries.Options, null).Spec!.Template!));
        yield return ("gateway", Json(CanaryGateway.Deployment(canary, Canaries.Options, null).Spec!.Template!));
    }

    private static IEnumerable<(string Name, JsonNode Template)> Deployments() => Manifests.Under("")
        .Where(m => (string?)m.Object["kind"] is "Deployment" or "StatefulSet" or "DaemonSet" or "Job")
        .Select(m => ((string)m.Object["metadata"]!["name"]!, m.Object["spec"]!["template"]!));

    private static JsonNode Json(V1Pod pod) => JsonSerializer.SerializeToNode(pod, KubernetesJson.Default.V1Pod)!;

    private static JsonNode Json(V1PodTemplateSpec template) => JsonSerializer.SerializeToNode(template, KubernetesJson.Default.V1PodTemplateSpec)!;

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is JsonObject inner && target[name] is JsonObject held)
                Merge(held, inner);
            else
                target[name] = value?.DeepClone();
        }
    }
}
