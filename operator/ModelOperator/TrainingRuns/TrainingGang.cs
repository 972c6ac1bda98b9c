using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.TrainingRuns;

/// <summary>All-or-nothing start of the Pods of a run.</summary>
public sealed record TrainingGang
{
    [Description("Seconds in which all Pods must have found a node; otherwise all are removed and the run tries again later. Neither a failure nor a disruption.")]
    [Range(10, 86400)]
    [DefaultValue(600)]
    public int TimeoutSeconds { get; set; } = 600;
}
