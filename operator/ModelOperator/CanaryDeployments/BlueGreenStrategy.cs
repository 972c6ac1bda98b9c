using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CanaryDeployments;

/// <summary>The new version stands at full size beside the stable one, without traffic, and takes all of it at once.</summary>
public sealed record BlueGreenStrategy
{
    [Description("Analysis before the switch, while the new version is reached through Service <name>-preview alone. Metrics of the gateway's traffic have nothing to measure then and are refused.")]
    public BlueGreenAnalysis? PrePromotionAnalysis { get; init; }

    [Description("True: the switch comes by itself. False: it waits for the command promote, and after 30 days the new version is rolled back.")]
    [DefaultValue(true)]
    public bool AutoPromotionEnabled { get; set; } = true;

    [Description("Seconds that the new version is only previewed before the switch comes by itself, whatever autoPromotionEnabled says.")]
    [Range(1, 2592000)]
    public int? AutoPromotionSeconds { get; init; }

    [Description("Analysis after the switch, with the old version kept at full size: harm swaps back at once, a success of every metric ends it.")]
    public BlueGreenAnalysis? PostPromotionAnalysis { get; init; }
}
