using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.Api;

namespace ModelOperator.CanaryDeployments;

/// <summary>Compares the live rows of the stable version with those that it was trained on. It tells and does nothing.</summary>
public sealed record CanaryDrift
{
    [Description("Population stability index above which a feature has drifted: below 0.1 is little, above 0.25 much.")]
    [StringLength(32)]
    [DefaultValue("0.25")]
    public string Threshold { get; set; } = "0.25";

    [Description("Seconds that are looked back on.")]
    [Range(60, 2592000)]
    [DefaultValue(3600)]
    public int WindowSeconds { get; set; } = 3600;

    [Description("Seconds between two looks.")]
    [Range(10, 86400)]
    [DefaultValue(300)]
    public int IntervalSeconds { get; set; } = 300;

    [Description("Rows of the window below which nothing is said: chance alone gives an index of about ten divided by them.")]
    [Range(1, 1000000000)]
    [DefaultValue(1000)]
    public int MinRows { get; set; } = 1000;

    [Description("Features that are looked at; all that the model server counts when absent.")]
    [MaxItems(64)]
    public IReadOnlyList<string>? Features { get; init; }
}
