using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>Rungs: the parameter that buys quality, its least and greatest value, and how much each rung is cut.</summary>
public sealed record SweepHalving
{
    [Description("Parameter that is the resource, for example rounds or epochs.")]
    [StringLength(128, MinimumLength = 1)]
    public required string Parameter { get; set; }

    [Description("Resource of the first rung.")]
    [Range(1, 1_000_000_000)]
    public required long Minimum { get; set; }

    [Description("Resource of the last rung.")]
    [Range(1, 1_000_000_000)]
    public required long Maximum { get; set; }

    [Description("Each rung keeps one of so many trials and gives it so many times the resource.")]
    [Range(2, 10)]
    [DefaultValue(3)]
    public int Factor { get; set; } = 3;

    [Description("Auto: a trial of a later rung goes on from the newest complete checkpoint of the trial that it continues; needs checkpoint.uri, and a trainer that goes on when the resource alone has grown. "
        + "Never: it trains anew.")]
    public TrainingResume? Resume { get; init; }
}
