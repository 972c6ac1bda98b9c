namespace ModelOperator.Artifacts;

/// <summary>What the trainer says it used. Null is not measured, never zero.</summary>
public sealed record TrainerUsage
{
    /// <summary>CPU time in seconds.</summary>
    public double? CpuSeconds { get; init; }

    /// <summary>Wall time in seconds.</summary>
    public double? WallSeconds { get; init; }

    /// <summary>Energy of the GPUs in joules.</summary>
    public double? GpuJoules { get; init; }

    /// <summary>Highest resident memory in bytes.</summary>
    public long? PeakMemoryBytes { get; init; }
}
