using System.ComponentModel.DataAnnotations;
using System.ComponentModel;
using ModelOperator.Api;

namespace ModelOperator.TrainingRuns;

/// <summary>Retries. Disruptions (a Pod deleted or evicted, a node or store lost) never count as failures.</summary>
public sealed record TrainingFailurePolicy
{
    [Description("How many failures are retried before the run fails.")]
    [Range(0, 100)]
    [DefaultValue(3)]
    public int MaxRetries { get; set; } = 3;

    [Description("First wait before a retry, in seconds; it doubles with each failure.")]
    [Range(0, 86400)]
    [DefaultValue(10)]
    public int BackoffBaseSeconds { get; set; } = 10;

    [Description("Longest wait before a retry, in seconds.")]
    [Range(0, 86400)]
    [DefaultValue(600)]
    public int BackoffMaxSeconds { get; set; } = 600;

    [Description("Rules, in order: the first that matches an ended attempt says what follows.")]
    [MaxItems(32)]
    public IReadOnlyList<TrainingFailureRule>? Rules { get; set; }

    [Description("Exit codes that are retried besides 128-255; 1-127 are permanent otherwise.")]
    [MaxItems(64)]
    public IReadOnlyList<int>? RetryableExitCodes { get; set; }
}
