using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CanaryDeployments;

/// <summary>A wait for a person.</summary>
public sealed record CanaryGate
{
    [Description("What has to be confirmed, for people.")]
    [StringLength(64)]
    public string? Name { get; init; }

    [Description("Seconds after which the gate decides by itself.")]
    [Range(1, 2592000)]
    [DefaultValue(86400)]
    public int TimeoutSeconds { get; set; } = 86400;

    [Description("What the gate decides when nobody came: Rollback or Promote.")]
    [DefaultValue(GateTimeoutAction.Rollback)]
    public GateTimeoutAction OnTimeout { get; set; } = GateTimeoutAction.Rollback;
}
