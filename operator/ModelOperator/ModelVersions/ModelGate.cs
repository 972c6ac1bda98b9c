using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.Api;

namespace ModelOperator.ModelVersions;

/// <summary>A metric, what it must reach, and by how much it must be better than a baseline.</summary>
public sealed record ModelGate
{
    [Description("Name of the metric, for example validation_rmse.")]
    [StringLength(256, MinimumLength = 1)]
    public required string Metric { get; init; }

    [Description("Slices of the data: each must pass too, by its metric <metric>@<slice>.")]
    [MaxItems(16)]
    public IReadOnlyList<string>? Slices { get; init; }

    [Description("Which values are better: Minimize or Maximize.")]
    [DefaultValue(GateDirection.Minimize)]
    public GateDirection Direction { get; set; } = GateDirection.Minimize;

    [Description("Worst value that passes, as a decimal string.")]
    [StringLength(64)]
    public string? Threshold { get; init; }

    [Description("Alias whose version is the baseline, for example champion. While nobody holds it there is no baseline, and only the threshold counts. A version is not held against itself.")]
    [StringLength(50)]
    public string? BaselineAlias { get; init; }

    [Description("Least improvement over the baseline, in the metric's unit; negative allows as much loss. Zero when neither change is given: not worse.")]
    [StringLength(64)]
    public string? MinAbsoluteChange { get; init; }

    [Description("Least improvement over the baseline, as a share of its value, for example 0.01; negative allows as much loss.")]
    [StringLength(64)]
    public string? MinRelativeChange { get; init; }
}
