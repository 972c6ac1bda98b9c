using System.ComponentModel;

namespace ModelOperator.ModelVersions;

/// <summary>How a gate was judged, with what was measured.</summary>
public sealed record ModelGateResult
{
    [Description("Metric, with its slice after an @; or sizeBytes.")]
    public required string Name { get; init; }

    [Description("Whether it holds.")]
    public bool Passed { get; init; }

    [Description("Value of the version; absent where it has none.")]
    public string? Measured { get; init; }

    [Description("Threshold that it was held against.")]
    public string? Threshold { get; init; }

    [Description("Value of the baseline.")]
    public string? Baseline { get; init; }

    [Description("Version that was the baseline.")]
    public string? BaselineVersion { get; init; }

    [Description("The judgement in a sentence.")]
    public required string Message { get; init; }
}
