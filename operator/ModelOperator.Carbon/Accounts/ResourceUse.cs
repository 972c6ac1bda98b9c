namespace ModelOperator.Carbon.Accounts;

/// <summary>What a piece of work asked for on one node, beside what it used; null is not known, never zero.</summary>
public sealed record ResourceUse
{
    /// <summary>Time at work.</summary>
    public TimeSpan Worked { get; init; }

    /// <summary>The part of it that nothing came of: work since the last saved state of attempts that ended without a result.</summary>
    public TimeSpan Lost { get; init; }

    /// <summary>GPUs per node.</summary>
    public int Gpus { get; init; }

    /// <summary>Mean utilisation of the GPUs, percent.</summary>
    public int? GpuPercent { get; init; }

    /// <summary>CPU that was asked for, thousandths of a core.</summary>
    public long? CpuRequested { get; init; }

    /// <summary>CPU that was used, thousandths of a core, mean over the time at work.</summary>
    public long? CpuUsed { get; init; }

    /// <summary>Memory that was asked for, bytes.</summary>
    public long? MemoryRequested { get; init; }

    /// <summary>The most memory that was used, bytes.</summary>
    public long? MemoryPeak { get; init; }

    /// <summary>Ephemeral storage that was asked for, bytes.</summary>
    public long? DiskRequested { get; init; }

    /// <summary>The most ephemeral storage that was used, bytes.</summary>
    public long? DiskPeak { get; init; }
}
