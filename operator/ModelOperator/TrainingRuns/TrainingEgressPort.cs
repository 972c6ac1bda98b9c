using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.TrainingRuns;

/// <summary>One port.</summary>
public sealed record TrainingEgressPort
{
    [Description("Number of the port.")]
    [Range(1, 65535)]
    public required int Port { get; init; }

    [Description("TCP or UDP.")]
    [DefaultValue("TCP")]
    [RegularExpression("^(TCP|UDP)$")]
    public string Protocol { get; set; } = "TCP";
}
