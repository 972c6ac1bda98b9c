using System.Globalization;
using System.Text.Json.Nodes;
using ModelOperator.Kubernetes;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

public sealed class TrainingFrameworkTests
{
    public static TheoryData<string, int, int> Cases => new()
    {
        { nameof(TrainingFramework.None), 1, 0 },
        { nameof(TrainingFramework.Torch), 1, 0 },
        { nameof(TrainingFramework.Torch), 2, 1 },
        { nameof(TrainingFramework.TensorFlow), 1, 0 },
        { nameof(TrainingFramework.TensorFlow), 3, 2 },
        { nameof(TrainingFramework.XGBoost), 2, 1 },
        { nameof(TrainingFramework.JAX), 2, 1 },
        { nameof(TrainingFramework.Custom), 2, 1 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_rank_gets_the_variables_of_its_framework_and_of_no_other(string framework, int nodes, int rank)
    {
        var env = Env(Spec(framework, nodes), rank);
        var own = TrainingFrameworkEnvironment.Reserved(Enum.Parse<TrainingFramework>(framework));
        foreach (var other in Enum.GetValues<TrainingFramework>().SelectMany(TrainingFrameworkEnvironment.Reserved).Except(own))
            Assert.DoesNotContain(env, v => v.Name == other);
        Golden.Check(
            string.Create(CultureInfo.InvariantCulture, $"environment-{framework.ToLowerInvariant()}-{nodes}-nodes-rank-{rank}"),
            new JsonObject(env.Where(v => own.Contains(v.Name) || v.Name is "MODELOP_NODES" or "MODELOP_NODE_RANK" or "MODELOP_PROC_PER_NODE" or "MODELOP_COORDINATOR_ADDRESS")
                .Select(v => KeyValuePair.Create<string, JsonNode?>(v.Name, v.Value))));
    }

    [Theory]
    [InlineData(null, 4, "4")]
    [InlineData(null, 0, "1")]
    [InlineData("auto", 2, "2")]
    [InlineData("3", 2, "3")]
    public void Processes_per_node_are_as_asked_else_one_per_GPU_else_one(string? asked, int gpus, string expected)
    {
        var spec = Spec("Torch", 2) with
        {
            ProcPerNode = asked is null ? default(IntOrString?) : asked == "3" ? new IntOrString(3) : new IntOrString(asked),
            Resources = new TrainingResources { Limits = gpus == 0 ? null : new Dictionary<string, string> { ["nvidia.com/mig-1g.5gb"] = gpus.ToString(CultureInfo.InvariantCulture) } },
        };
        var env = Env(spec, 0);
        Assert.Equal(expected, env.Single(v => v.Name == "PET_NPROC_PER_NODE").Value);
        Assert.Equal(expected == "1", env.Exists(v => v.Name == "RANK"));
    }

    [Fact]
    public void The_coordinator_of_one_attempt_has_another_name_than_that_of_the_next()
    {
        var run = Runs.Run(Spec("Torch", 2));
        Assert.NotEqual(TrainingRanks.Address(run, 1, 0), TrainingRanks.Address(run, 2, 0));
    }

    public static TheoryData<string, TrainingRunSpec> Wrong => new()
    {
        { "spec.nodes", Spec("Torch", 0) },
        { "spec.nodes", Spec("Torch", 1025) },
        { "spec.framework", Spec("None", 2) },
        { "spec.procPerNode", Spec("Torch", 2) with { ProcPerNode = "many" } },
        { "spec.procPerNode", Spec("Torch", 2) with { ProcPerNode = 0 } },
        { "spec.procPerNode", Spec("JAX", 2) with { ProcPerNode = 2 } },
        { "spec.env[0].name", Spec("Torch", 2) with { Env = [new TrainingEnvironment { Name = "PET_NNODES", Value = "9" }] } },
        { "spec.env[1].name", Spec("TensorFlow", 2) with { Env = [new TrainingEnvironment { Name = "A" }, new TrainingEnvironment { Name = "TF_CONFIG", Value = "{}" }] } },
        { "spec.scheduling.queueName", Spec("Torch", 2) with { Scheduling = new TrainingScheduling { QueueName = "Team_A" } } },
        { "spec.scheduling.gang.timeoutSeconds", Spec("Torch", 2) with { Scheduling = new TrainingScheduling { Gang = new TrainingGang { TimeoutSeconds = 1 } } } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_field_is_refused_by_its_path(string path, TrainingRunSpec spec) =>
        Assert.Contains(TrainingRunValidation.Check(Runs.Run(spec)), e => e.Path == path);

    [Theory]
    [InlineData("Custom", "PET_NNODES")]
    [InlineData("JAX", "MASTER_ADDR")]
    [InlineData("Torch", "NCCL_DEBUG")]
    public void Variables_of_other_frameworks_are_the_users(string framework, string name) =>
        Assert.Empty(TrainingRunValidation.Check(Runs.Run(Spec(framework, 2) with { Env = [new TrainingEnvironment { Name = name, Value = "x" }] })));

    [Theory]
    [InlineData("1-begins-with-a-digit", true)]
    [InlineData("has.a.dot", true)]
    [InlineData("a-name-of-more-than-fifty-letters-is-too-long-for-hosts", true)]
    [InlineData("fine-1", false)]
    public void Names_of_runs_of_several_nodes_must_fit_host_names(string name, bool refused)
    {
        var run = Runs.Run(Spec("Torch", 2));
        run.Metadata.Name = name;
        Assert.Equal(refused, TrainingRunValidation.Check(run).Any(e => e.Path == "metadata.name"));
        run.Spec.Nodes = 1;
        Assert.Empty(TrainingRunValidation.Check(run));
    }

    private static TrainingRunSpec Spec(string framework, int nodes) => Runs.Spec with { Framework = Enum.Parse<TrainingFramework>(framework), Nodes = nodes };

    private static List<V1EnvVar> Env(TrainingRunSpec spec, int rank) => TrainingRunEnvironment.Build(Runs.Run(spec), 2, Runs.Options, rank);
}
