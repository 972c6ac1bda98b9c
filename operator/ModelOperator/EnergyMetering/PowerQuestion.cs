namespace ModelOperator.EnergyMetering;

/// <summary>Which Pod, when, and how many GPUs it held.</summary>
public sealed record PowerQuestion
{
    /// <summary>Namespace of the Pod.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of the Pod.</summary>
    public required string Pod { get; init; }

    /// <summary>Start, included.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>End, excluded; after the start.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>GPUs that the Pod held; 0 when none.</summary>
    public int Gpus { get; init; }

    /// <summary>The container whose CPU, memory and disk count; all of the Pod's when null.</summary>
    public string? Container { get; init; }

    /// <summary>Whether what is asked about began at the start, and not before it.</summary>
    public bool Fresh { get; init; } = true;
}
