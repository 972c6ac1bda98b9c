using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.TrainingRuns;

/// <summary>What the run is expected to use, and where. Budgets apply by their own selectors, never by a reference from here.</summary>
public sealed record TrainingCarbon
{
    [Description("Expected energy in watt-hours, PUE not included. Estimated from the GPUs and the expected time when absent.")]
    [Range(1, 1_000_000_000)]
    public long? EstimateWattHours { get; init; }

    [Description("Expected training time in seconds. The active deadline (the worst case) when absent.")]
    [Range(1, 31536000)]
    public int? ExpectedSeconds { get; init; }

    [Description("GPU model for the estimate, as in the built-in power table (NVIDIA-H100-SXM ...). The largest in the table when absent.")]
    [StringLength(64)]
    public string? GpuModel { get; init; }

    [Description("Grid zone of the cluster (FRA, gcp/europe-west4, aws/us-east-1 ...). The operator's default when absent.")]
    [StringLength(64)]
    public string? Zone { get; init; }

    [Description("Lets the run wait for a cleaner grid. It starts at once when absent.")]
    public TrainingCarbonSchedule? Schedule { get; init; }
}
