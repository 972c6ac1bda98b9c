using System.Text;
using System.Text.Json;
using ModelOperator.Api;
using ModelOperator.Artifacts;
using ModelOperator.Kubernetes;
using ModelOperator.ModelVersions;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

public sealed class TrainingRunPodsTests
{
    private static readonly TrainingRunTokens Tokens = new("store-token-value", new Dictionary<string, string> { ["diamonds"] = "read-token-value" }, "status-token-value");

    private static readonly TrainingRunSpec Everything = Runs.Spec with
    {
        Image = "registry.example/train:1.4",
        Command = ["python"],
        Args = ["train.py"],
        Env = [new TrainingEnvironment { Name = "HOME", Value = "/home/me" }, new TrainingEnvironment { Name = "TOKEN", SecretKeyRef = new SecretKeyReference { Name = "hub", Key = "token" } }],
        Datasets =
        [
            new TrainingDataset { Name = "diamonds", Uri = "modelop://sha256/" + new string('a', 64) },
            new TrainingDataset { Name = "labels", Uri = "configmap://labels/labels.csv" },
        ],
        PodTemplate = new TrainingPodTemplate
        {
            NodeSelector = new Dictionary<string, string> { ["gpu"] = "a100" },
            Tolerations = [new V1Toleration { Key = "gpu", OperatorProperty = "Exists" }],
            PriorityClassName = "training",
            RuntimeClassName = "nvidia",
            ImagePullSecrets = [new LocalReference { Name = "regcred" }],
        },
    };

    public static TheoryData<string, bool> Variants => new() { { "plain", false }, { "everything", false }, { "everything", true } };

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_Pod_satisfies_the_restricted_profile(string variant, bool status)
    {
        var spec = Build(variant, status).Spec!;
        Assert.NotEqual(true, spec.HostNetwork);
        Assert.True(spec.SecurityContext!.RunAsNonRoot);
        Assert.NotEqual(0, spec.SecurityContext.RunAsUser);
        Assert.Equal("RuntimeDefault", spec.SecurityContext.SeccompProfile!.Type);
        Assert.All(spec.Volumes!, v => Assert.True(
            v.HostPath is null && (v.EmptyDir ?? v.ConfigMap ?? v.Secret ?? v.Projected ?? v.DownwardAPI ?? (object?)v.PersistentVolumeClaim) is not null));
        foreach (var container in spec.InitContainers!.Concat(spec.Containers))
        {
            var security = container.SecurityContext!;
            Assert.False(security.AllowPrivilegeEscalation);
            Assert.NotEqual(true, security.Privileged);
            Assert.True(security.ReadOnlyRootFilesystem);
            Assert.True(security.RunAsNonRoot);
            Assert.Null(security.RunAsUser);
            Assert.Equal(["ALL"], security.Capabilities!.Drop);
            Assert.Null(security.Capabilities.Add);
            Assert.Null(security.SeccompProfile);
            Assert.Null(container.Ports);
        }
    }

    [Fact]
    public void The_trainer_is_an_init_container_that_runs_unwrapped_between_fetch_and_publish()
    {
        var spec = Build("everything", false).Spec!;
        Assert.Equal(["fetch", "trainer"], spec.InitContainers!.Select(c => c.Name));
        Assert.Equal("publish", Assert.Single(spec.Containers).Name);
        Assert.Equal(["python"], spec.InitContainers![1].Command!);
        Assert.Equal(["train.py"], spec.InitContainers[1].Args!);
        Assert.Equal("Never", spec.RestartPolicy);
        Assert.False(spec.AutomountServiceAccountToken);
        Assert.Equal("model-operator-run", spec.ServiceAccountName);
    }

    [Fact]
    public void GPUs_are_asked_for_by_the_trainer_alone()
    {
        var spec = Build("plain", false).Spec!;
        Assert.Equal(1, spec.InitContainers![1].Resources!.Limits!["nvidia.com/gpu"].Value);
        Assert.DoesNotContain("nvidia.com/gpu", spec.InitContainers[0].Resources!.Limits!.Keys);
        Assert.DoesNotContain("nvidia.com/gpu", spec.Containers[0].Resources!.Limits!.Keys);
    }

    [Fact]
    public void Scheduling_choices_are_passed_on()
    {
        var spec = Build("everything", false).Spec!;
        Assert.Equal("a100", spec.NodeSelector!["gpu"]);
        Assert.Equal("Exists", Assert.Single(spec.Tolerations!).OperatorProperty);
        Assert.Equal("training", spec.PriorityClassName);
        Assert.Equal("nvidia", spec.RuntimeClassName);
        Assert.Equal("regcred", Assert.Single(spec.ImagePullSecrets!).Name);
    }

    [Fact]
    public void The_trainer_sees_the_contract_and_the_users_variables_and_no_store_token()
    {
        var env = Build("everything", true).Spec!.InitContainers![1].Env!;
        Assert.Equal(env.Count, env.Select(v => v.Name).Distinct().Count());
        Assert.Equal("diamonds-v1", Value(env, "MODELOP_RUN_NAME"));
        Assert.Equal("2", Value(env, "MODELOP_ATTEMPT"));
        Assert.Equal("/workspace/dataset", Value(env, "MODELOP_DATASET_DIR"));
        Assert.Equal("/workspace/output", Value(env, "MODELOP_OUTPUT_DIR"));
        Assert.Equal("/etc/modelop/params/params.json", Value(env, "MODELOP_PARAMS_FILE"));
        Assert.Equal("6", Value(env, "MODELOP_PARAM_MAX_DEPTH"));
        Assert.Equal("/home/me", Value(env, "HOME"));
        Assert.Equal("hub", env.Single(v => v.Name == "TOKEN").ValueFrom!.SecretKeyRef!.Name);
        Assert.Equal("http://status:8083/apis/trainer.kubeflow.org/v1alpha1/namespaces/team-a/trainjobs/diamonds-v1/status", Value(env, "KUBEFLOW_TRAINER_SERVER_URL"));
        Assert.Equal("/etc/modelop/status/token", Value(env, "KUBEFLOW_TRAINER_SERVER_TOKEN"));
        Assert.DoesNotContain(env, v => v.Name.StartsWith("MODELOP_STORE", StringComparison.Ordinal));
    }

    [Fact]
    public void No_token_stands_in_the_Pod_itself()
    {
        var json = JsonSerializer.Serialize(Build("everything", true), KubernetesJson.Default.V1Pod);
        Assert.DoesNotContain("-token-value", json, StringComparison.Ordinal);
        Assert.DoesNotContain("mo1.", json, StringComparison.Ordinal);
    }

    [Fact]
    public void The_fetch_plan_in_the_Secret_is_one_that_the_fetcher_accepts()
    {
        var secret = TrainingRunChildren.Secret(Runs.Run(Everything), Tokens);
        var plan = FetchPlan.Parse(Encoding.UTF8.GetString(secret.Data![TrainingRunChildren.FetchPlanKey]));
        Assert.Equal(2, plan.Count);
        Assert.Equal("/workspace/dataset/diamonds", plan[0].Dir);
        Assert.Equal("read-token-value", plan[0].Token);
        Assert.Equal("/etc/modelop/configmaps/labels/labels.csv", plan[1].Path);
        var fetch = Build("everything", false).Spec!.InitContainers![0];
        Assert.Contains(fetch.VolumeMounts!, m => m.MountPath == "/etc/modelop/configmaps/labels");
        Assert.Equal(TrainingRunChildren.FetchPlanKey, fetch.Env!.Single(v => v.Name == "MODELOP_FETCH_PLAN").ValueFrom!.SecretKeyRef!.Key);
    }

    [Fact]
    public void Labels_and_annotations_of_the_run_Argo_CDs_above_all_are_never_copied()
    {
        var run = Runs.Run();
        run.Metadata.Labels = new() { ["app.kubernetes.io/instance"] = "argo-app", ["team"] = "a" };
        run.Metadata.Annotations = new() { ["argocd.argoproj.io/tracking-id"] = "x" };
        var pod = TrainingRunPods.Build(run, 1, Runs.Options);
        Assert.DoesNotContain("app.kubernetes.io/instance", pod.Metadata.Labels!.Keys);
        Assert.DoesNotContain("argocd.argoproj.io/tracking-id", pod.Metadata.Annotations!.Keys);
        Assert.DoesNotContain("app.kubernetes.io/instance", TrainingRunChildren.Version(run, new TrainingRunStatus { Artifact = new ArtifactReference { Uri = "u", Digest = "d" } }, 1).Metadata.Labels!.Keys);
    }

    [Fact]
    public void A_dollar_sign_in_a_parameter_is_not_expanded_by_the_kubelet()
    {
        var run = Runs.Run(Runs.Spec with { Params = new Dictionary<string, string> { ["x"] = "$(HOME)" } });
        var env = TrainingRunPods.Build(run, 1, Runs.Options).Spec!.InitContainers![1].Env!;
        Assert.Equal("$$(HOME)", Value(env, "MODELOP_PARAM_X"));
        Assert.Equal("""{"x":"$(HOME)"}""", Encoding.UTF8.GetString(TrainingRunChildren.Secret(run, TrainingRunTokens.None).Data![TrainingRunChildren.ParametersKey]));
    }

    [Fact]
    public void What_gates_ask_for_comes_first_in_the_publishers_message()
    {
        var gates = new ModelGates { Metrics = [new() { Metric = "rmse", Threshold = "1", Slices = ["city=Paris, Texas"] }, new() { Metric = "mae", Threshold = "1" }] };
        Assert.Equal("rmse\nrmse@city=Paris, Texas\nmae\n", Value(TrainingRunPods.Build(Runs.Run(), 1, Runs.Options, gates: gates).Spec!.Containers[0].Env!, "MODELOP_PRIMARY_METRICS"));
        Assert.DoesNotContain(TrainingRunPods.Build(Runs.Run(), 1, Runs.Options, gates: new() { MaxSizeBytes = 1 }).Spec!.Containers[0].Env!, static v => v.Name == "MODELOP_PRIMARY_METRICS");
    }

    [Fact]
    public void The_same_run_gives_the_same_Pod_byte_for_byte() =>
        Assert.Equal(
            JsonSerializer.Serialize(Build("everything", true), KubernetesJson.Default.V1Pod),
            JsonSerializer.Serialize(Build("everything", true), KubernetesJson.Default.V1Pod));

    [Fact]
    public void Credentials_are_a_function_of_key_and_run_and_the_trainers_cannot_write_to_the_store()
    {
        var tokens = new ArtifactTokens(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());
        var credentials = new TrainingRunCredentials(tokens);
        var run = Runs.Run();
        var first = credentials.For(run, withStatus: true);
        Assert.Equal(first.Store, credentials.For(run, true).Store);
        Assert.Equal(TokenCheck.Malformed, tokens.Check(first.Status!, Runs.Start));
        Assert.True(credentials.IsStatusTokenOf(run, first.Status!));
        var other = Runs.Run();
        other.Metadata.Uid = "99999999-2222-3333-4444-555555555555";
        Assert.False(credentials.IsStatusTokenOf(other, first.Status!));
        Assert.Null(credentials.For(run, withStatus: false).Status);
    }

    private static V1Pod Build(string variant, bool status) => TrainingRunPods.Build(
        Runs.Run(variant == "everything" ? Everything : null),
        2,
        Runs.Options with { StatusUrl = status ? "http://status:8083/" : null });

    private static string? Value(List<V1EnvVar> env, string name) => env.Single(v => v.Name == name).Value;
}
