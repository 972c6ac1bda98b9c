namespace ModelOperator.Trainer.Output;

/// <summary>The original or a variant, measured.</summary>
public sealed class OptimisedModel
{
    /// <summary>original, int8, fp16, prune, round or prune-round.</summary>
    public required string Name { get; set; }

    /// <summary>Whether the version has it: the original, and variants that lose no more than is allowed.</summary>
    public bool Registered { get; set; }

    /// <summary>Why not.</summary>
    public string? Reason { get; set; }

    /// <summary>Whether it keeps to the targets; absent without targets, and where it was not measured.</summary>
    public bool? Meets { get; set; }

    /// <summary>Length of its file.</summary>
    public long? SizeBytes { get; set; }

    /// <summary>What it holds on the heap when it is loaded, its file aside.</summary>
    public long? MemoryBytes { get; set; }

    /// <summary>Of one row, median.</summary>
    public double? LatencyMsP50 { get; set; }

    /// <summary>Of one row, 99th percentile.</summary>
    public double? LatencyMsP99 { get; set; }

    /// <summary>Of 100 rows at once, median.</summary>
    public double? Batch100MsP50 { get; set; }

    /// <summary>Processor time of 1,000 predictions.</summary>
    public double? CpuMsPer1000 { get; set; }

    /// <summary>Energy of 1,000 predictions.</summary>
    public double? JoulesPer1000 { get; set; }

    /// <summary>What it loses on the validation rows.</summary>
    public double? Loss { get; set; }
}
