namespace ModelOperator.Artifacts;

/// <summary>Termination message of <c>modeloperator publish</c> when it succeeded.</summary>
public sealed record PublishReport
{
    /// <summary>Format of the message: 1.</summary>
    public required int Schema { get; init; }

    /// <summary>The published model.</summary>
    public required PublishedModel Model { get; init; }

    /// <summary>Metrics, primary ones first; as many as fit.</summary>
    public required Dictionary<string, double> Metrics { get; init; }

    /// <summary>The metrics, where they are too many to stand there as they are: see <see cref="PackedMetrics"/>.</summary>
    public string? Packed { get; init; }

    /// <summary>Number of metrics that had to be left out.</summary>
    public int? MetricsOmitted { get; init; }

    /// <summary>True when the trainer wrote no result.json: its termination message has the rest, which the publisher cannot see.</summary>
    public bool? NoResultFile { get; init; }

    /// <summary>Training samples.</summary>
    public long? Samples { get; init; }

    /// <summary>Device that the trainer says it used: cpu or cuda.</summary>
    public string? Device { get; init; }

    /// <summary>What the trainer says it used.</summary>
    public TrainerUsage? Usage { get; init; }
}
