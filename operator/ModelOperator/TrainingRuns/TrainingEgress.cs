using System.ComponentModel;
using ModelOperator.Api;

namespace ModelOperator.TrainingRuns;

/// <summary>Destinations that a trainer may reach.</summary>
public sealed record TrainingEgress
{
    [Description("Address ranges, for example 10.20.0.0/16. Every address but the link-local ones when absent.")]
    [MaxItems(64)]
    public IReadOnlyList<string>? Cidrs { get; init; }

    [Description("Ports; every port when absent.")]
    [MaxItems(64)]
    public IReadOnlyList<TrainingEgressPort>? Ports { get; init; }
}
