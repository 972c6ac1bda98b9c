using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>What is optimised.</summary>
public sealed record SweepObjective
{
    [Description("Metric of result.json. A trial that does not report it has failed.")]
    [StringLength(256, MinimumLength = 1)]
    public required string Metric { get; set; }

    [Description("Minimize or Maximize.")]
    public required SweepGoal Goal { get; set; }

    [Description("Value that is good enough: once a trial reaches it the others are stopped.")]
    public double? Target { get; set; }
}
