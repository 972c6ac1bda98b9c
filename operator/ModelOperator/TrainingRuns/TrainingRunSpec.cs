using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <summary>What the user asks for. Immutable once the run has started, except deadlines (raise only).</summary>
public sealed record TrainingRunSpec
{
    [Description("Name of the Model that the result is registered under. Versions are named <modelName>-<number>.")]
    [RegularExpression("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    [StringLength(50, MinimumLength = 1)]
    public required string ModelName { get; init; }

    [Description("Container image of the trainer. Defaults to the operator's own trainer image.")]
    [StringLength(1024)]
    public string? Image { get; init; }

    [Description("Entry point of the trainer; the image's own when absent. The command is never wrapped.")]
    [MaxItems(64)]
    public IReadOnlyList<string>? Command { get; init; }

    [Description("Arguments of the trainer.")]
    [MaxItems(256)]
    public IReadOnlyList<string>? Args { get; init; }

    [Description("Environment of the trainer. Names that start with MODELOP_ are reserved.")]
    [MaxItems(256)]
    public IReadOnlyList<TrainingEnvironment>? Env { get; init; }

    [Description("Parameters: a JSON file at MODELOP_PARAMS_FILE and one MODELOP_PARAM_<NAME> each.")]
    public IReadOnlyDictionary<string, string>? Params { get; init; }

    [Description("Where the training code comes from; recorded in the lineage.")]
    public SourceRevision? Source { get; init; }

    [Description("Datasets, fetched and verified before the trainer starts.")]
    [MaxItems(16)]
    public IReadOnlyList<TrainingDataset>? Datasets { get; init; }

    [Description("What the run's Pods may talk to.")]
    public TrainingNetwork? Network { get; init; }

    [Description("Resources of the trainer. GPUs (nvidia.com/*) must have equal requests and limits; a limit alone is enough.")]
    public TrainingResources? Resources { get; init; }

    [Description("Where and how the Pod is scheduled.")]
    public TrainingPodTemplate? PodTemplate { get; init; }

    [Description("Pods of the run, ranks 0 to nodes - 1, each with these resources. All are restarted together when one dies; rank 0 publishes.")]
    [Range(1, 1024)]
    [DefaultValue(1)]
    public int Nodes { get; set; } = 1;

    [Description("Whose rendezvous variables the trainers get: None, Torch, TensorFlow, XGBoost, JAX, or Custom (only MODELOP_*). Several nodes need one that is not None.")]
    [DefaultValue(TrainingFramework.None)]
    public TrainingFramework Framework { get; set; }

    [Description("Processes per node, for torchrun and XGBoost: a number, or auto (one per GPU, else one).")]
    public IntOrString? ProcPerNode { get; init; }

    [Description("Queue and all-or-nothing start.")]
    public TrainingScheduling? Scheduling { get; init; }

    [Description("Place in the line where the namespace limits its runs: higher first, then older.")]
    [Range(-1000000, 1000000)]
    [DefaultValue(0)]
    public int Priority { get; set; }

    [Description("What counts as a failure and how often to try again.")]
    public TrainingFailurePolicy? FailurePolicy { get; init; }

    [Description("Two clocks: until the trainer starts, and while it runs.")]
    public TrainingDeadlines? Deadlines { get; init; }

    [Description("What the run is expected to use, and where.")]
    public TrainingCarbon? Carbon { get; init; }

    [Description("True: no attempt begins, and the attempt under way ends as MODELOP_GRACE_SECONDS allows. Only people and git set this; pauses by command live in the status.")]
    public bool? Suspend { get; init; }

    [Description("Where the trainer keeps its state between attempts, and how long it may take to save it.")]
    public TrainingCheckpoint? Checkpoint { get; init; }

    [Description("IfIdentical: a Ready ModelVersion of the model that was made from identical inputs is the result; nothing is trained, no budget is asked. Never when absent.")]
    public TrainingReuse? Reuse { get; init; }

    [Description("What becomes of the run's children, or of the run, some time after its end.")]
    public TrainingTtl? Ttl { get; init; }

    [Description("What becomes of the result.")]
    public TrainingOutput? Output { get; init; }

    [Description("A search over parameters or learners: the run makes a child run for each trial and registers the best.")]
    public Sweeps.TrainingSweep? Sweep { get; init; }
}
