using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.Api;

namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>One learner among several. What it leaves out is the template's.</summary>
public sealed record SweepChoice
{
    [Description("Name of the alternative; recorded with its trials.")]
    [RegularExpression("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    [StringLength(63, MinimumLength = 1)]
    public required string Name { get; set; }

    [Description("Container image of the trainer.")]
    [StringLength(1024)]
    public string? Image { get; set; }

    [Description("Entry point of the trainer.")]
    [MaxItems(64)]
    public IReadOnlyList<string>? Command { get; set; }

    [Description("Arguments of the trainer.")]
    [MaxItems(256)]
    public IReadOnlyList<string>? Args { get; set; }

    [Description("Parameters, added to those of the template.")]
    public IReadOnlyDictionary<string, string>? Params { get; set; }
}
