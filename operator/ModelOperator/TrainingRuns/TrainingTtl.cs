using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.TrainingRuns;

/// <summary>What becomes of a run that is over. Its ModelVersion, its budget's books and its history are never touched.</summary>
public sealed record TrainingTtl
{
    [Description("Seconds after the end.")]
    [Range(0, 315360000)]
    [DefaultValue(86400)]
    public int SecondsAfterFinished { get; set; } = 86400;

    [Description("Children: the run's Pods (with their logs), ConfigMap and Secret go. Self: the run itself goes, unless Argo CD tracks it, which would make it train again. None: all stays.")]
    [DefaultValue(TrainingTtlPolicy.Children)]
    public TrainingTtlPolicy Policy { get; set; } = TrainingTtlPolicy.Children;
}
