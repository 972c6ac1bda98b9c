using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// The rendezvous variables of a framework, as Kubeflow Trainer sets them (and its predecessor where the newer one knows the framework
/// not): what the framework's own launcher reads, and nothing for any other framework. Pure.
/// </summary>
public static class TrainingFrameworkEnvironment
{
    /// <summary>Port of rank 0 for torchrun, XGBoost's tracker and JAX's coordinator; every Pod has its own address, so one is enough.</summary>
    public const int Port = 29500;

    /// <summary>Port of TensorFlow's workers.</summary>
    public const int TensorFlowPort = 2222;

    private static readonly string[] Torch =
        ["PET_NNODES", "PET_NPROC_PER_NODE", "PET_NODE_RANK", "PET_MASTER_ADDR", "PET_MASTER_PORT", "MASTER_ADDR", "MASTER_PORT", "WORLD_SIZE", "RANK"];

    private static readonly string[] XGBoost = ["DMLC_TRACKER_URI", "DMLC_TRACKER_PORT", "DMLC_TASK_ID", "DMLC_NUM_WORKER"];

    private static readonly string[] Jax =
    [
        "JAX_COORDINATOR_ADDRESS", "JAX_COORDINATOR_PORT", "JAX_NUM_PROCESSES", "JAX_PROCESS_ID",
        "COORDINATOR_ADDRESS", "COORDINATOR_PORT", "NUM_PROCESSES", "PROCESS_ID",
    ];

    /// <summary>Names that a framework's variables have; a user's variable of such a name is refused.</summary>
    public static IReadOnlyList<string> Reserved(TrainingFramework framework) => framework switch
    {
        TrainingFramework.Torch => Torch,
        TrainingFramework.TensorFlow => ["TF_CONFIG"],
        TrainingFramework.XGBoost => XGBoost,
        TrainingFramework.JAX => Jax,
        _ => [],
    };

    /// <summary>The variables of one rank.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(V1TrainingRun run, int attempt, int rank) => run.Spec.Framework switch
    {
        TrainingFramework.Torch => ForTorch(run, attempt, rank),
        TrainingFramework.TensorFlow when run.Spec.Nodes > 1 => [new("TF_CONFIG", TensorFlowConfig(run, attempt, rank))],
        TrainingFramework.XGBoost => ForXGBoost(run, attempt, rank),
        TrainingFramework.JAX => ForJax(run, attempt, rank),
        _ => [],
    };

    /// <summary>
    /// torchrun reads PET_*. A script that calls init_process_group itself reads the others; with several processes per node only a launcher
    /// knows a process's rank, so RANK and WORLD_SIZE are left to it.
    /// </summary>
    private static IEnumerable<KeyValuePair<string, string>> ForTorch(V1TrainingRun run, int attempt, int rank)
    {
        var (nodes, processes) = (run.Spec.Nodes, TrainingRanks.ProcessesPerNode(run.Spec));
        var master = TrainingRanks.Address(run, attempt, 0);
        yield return new("PET_NNODES", Text(nodes));
        yield return new("PET_NPROC_PER_NODE", Text(processes));
        yield return new("PET_NODE_RANK", Text(rank));
        yield return new("PET_MASTER_ADDR", master);
        yield return new("PET_MASTER_PORT", Text(Port));
        yield return new("MASTER_ADDR", master);
        yield return new("MASTER_PORT", Text(Port));
        if (processes > 1)
            yield break;
        yield return new("WORLD_SIZE", Text(nodes));
        yield return new("RANK", Text(rank));
    }

    private static IEnumerable<KeyValuePair<string, string>> ForXGBoost(V1TrainingRun run, int attempt, int rank) =>
    [
        new("DMLC_TRACKER_URI", TrainingRanks.Address(run, attempt, 0)),
        new("DMLC_TRACKER_PORT", Text(Port)),
        new("DMLC_TASK_ID", Text(rank)),
        new("DMLC_NUM_WORKER", Text(run.Spec.Nodes * TrainingRanks.ProcessesPerNode(run.Spec))),
    ];

    /// <summary>
    /// jax.distributed.initialize() takes JAX_COORDINATOR_ADDRESS as host:port by itself; the other JAX_* names are Kubeflow Trainer's, those
    /// without the prefix its predecessor's. JAX runs one process per node.
    /// </summary>
    private static IEnumerable<KeyValuePair<string, string>> ForJax(V1TrainingRun run, int attempt, int rank)
    {
        var coordinator = TrainingRanks.Address(run, attempt, 0);
        return
        [
            new("JAX_COORDINATOR_ADDRESS", $"{coordinator}:{Text(Port)}"),
            new("JAX_COORDINATOR_PORT", Text(Port)),
            new("JAX_NUM_PROCESSES", Text(run.Spec.Nodes)),
            new("JAX_PROCESS_ID", Text(rank)),
            new("COORDINATOR_ADDRESS", coordinator),
            new("COORDINATOR_PORT", Text(Port)),
            new("NUM_PROCESSES", Text(run.Spec.Nodes)),
            new("PROCESS_ID", Text(rank)),
        ];
    }

    /// <summary>
    /// All ranks are workers, and worker 0 is the chief, as MultiWorkerMirroredStrategy has it. One node gets no TF_CONFIG: TensorFlow would
    /// take it for a cluster.
    /// </summary>
    private static string TensorFlowConfig(V1TrainingRun run, int attempt, int rank)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("cluster");
            json.WriteStartArray("worker");
            for (var peer = 0; peer < run.Spec.Nodes; peer++)
                json.WriteStringValue($"{TrainingRanks.Address(run, attempt, peer)}:{Text(TensorFlowPort)}");
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartObject("task");
            json.WriteString("type", "worker");
            json.WriteNumber("index", rank);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
