using System.ComponentModel;

namespace ModelOperator.TrainingRuns;

/// <summary>Resource quantities of the trainer container, by resource name (cpu, memory, nvidia.com/gpu ...).</summary>
public sealed record TrainingResources
{
    [Description("Upper bounds; for GPUs also the request.")]
    public IReadOnlyDictionary<string, string>? Limits { get; init; }

    [Description("Requests; the limits when absent.")]
    public IReadOnlyDictionary<string, string>? Requests { get; init; }
}
