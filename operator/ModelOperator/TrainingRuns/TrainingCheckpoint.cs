using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.TrainingRuns;

/// <summary>Where a trainer keeps its state between attempts. Without it MODELOP_CHECKPOINT_DIR lasts as long as the Pod.</summary>
public sealed record TrainingCheckpoint
{
    /// <summary>Grace of a run that names none.</summary>
    public const int DefaultGraceSeconds = 30;

    [Description("pvc://<claim>[/<path>]: a claim in the run's namespace, and a folder in it. Every run keeps its checkpoints in a folder of its own below, named by its UID; "
        + "they stay when the run is over. MODELOP_CHECKPOINT_DIR lasts as long as the Pod when absent.")]
    [RegularExpression(TrainingCheckpoints.UriPattern)]
    [StringLength(512)]
    public string? Uri { get; init; }

    [Description("UID of an earlier run of the same uri: this run works in that run's folder, and its first attempt goes on from the newest complete checkpoint there. "
        + "Only one run at a time may work in a folder.")]
    [RegularExpression(TrainingCheckpoints.FolderPattern)]
    public string? ContinueFrom { get; init; }

    [Description("How often the trainer is asked to save its state, in seconds; passed on as MODELOP_CHECKPOINT_INTERVAL_SECONDS. Only on SIGTERM when absent.")]
    [Range(1, 86400)]
    public int? IntervalSeconds { get; init; }

    [Description("Seconds between SIGTERM and SIGKILL; also MODELOP_GRACE_SECONDS.")]
    [Range(1, 86400)]
    [DefaultValue(DefaultGraceSeconds)]
    public int GracePeriodSeconds { get; set; } = DefaultGraceSeconds;

    [Description("Auto: later attempts go on from the newest complete checkpoint. Never: every attempt starts over.")]
    [DefaultValue(TrainingResume.Auto)]
    public TrainingResume Resume { get; set; } = TrainingResume.Auto;
}
