using System.ComponentModel;

namespace ModelOperator.CanaryDeployments;

/// <summary>How a canary ended.</summary>
public sealed record CanaryOutcome
{
    [Description("ModelVersion that was tried.")]
    public required string Version { get; init; }

    [Description("ModelVersion that was stable then.")]
    public string? Stable { get; init; }

    [Description("Deployed, Promoted, RolledBack, Superseded, or Concluded: an A/B test without a winner.")]
    public required string Outcome { get; init; }

    [Description("Why, one word.")]
    public string? Reason { get; init; }

    [Description("Metric that decided.")]
    public string? Metric { get; init; }

    [Description("Digest of its bytes.")]
    public string? Digest { get; init; }

    [Description("When it began.")]
    public DateTimeOffset? StartedAt { get; init; }

    [Description("When it ended.")]
    public DateTimeOffset? FinishedAt { get; init; }
}
