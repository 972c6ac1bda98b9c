using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CanaryDeployments;

/// <summary>What is compared between the arms: something that users do, posted to the gateway as business events.</summary>
public sealed record AbTestMetric
{
    [Description("Name, unique in the list.")]
    [RegularExpression("^[a-z]([-a-z0-9]*[a-z0-9])?$")]
    [StringLength(30)]
    public required string Name { get; init; }

    [Description("Conversion and ClickThrough: share of the users with such an event. MeanValue: value of a user's first such event, 0 without one, per user.")]
    public required AbTestMetricType Type { get; init; }

    [Description("Name of the event.")]
    [RegularExpression("^[a-z]([-_a-z0-9]*[a-z0-9])?$")]
    [StringLength(30)]
    public required string Event { get; init; }

    [Description("Which direction is harm.")]
    [DefaultValue(HarmDirection.Decrease)]
    public HarmDirection Harm { get; set; } = HarmDirection.Decrease;
}
