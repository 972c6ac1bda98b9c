namespace ModelOperator.EnergyAgent;

/// <summary>One look at one GPU. What the driver does not tell is null, never zero.</summary>
public sealed record GpuReading
{
    /// <summary>Index of the board.</summary>
    public required uint Index { get; init; }

    /// <summary>UUID of the board.</summary>
    public required string Uuid { get; init; }

    /// <summary>Product name.</summary>
    public required string Model { get; init; }

    /// <summary>Energy since the driver was loaded, mJ.</summary>
    public ulong? EnergyMillijoules { get; init; }

    /// <summary>Power now, mW.</summary>
    public uint? PowerMilliwatts { get; init; }

    /// <summary>Enforced power limit, mW.</summary>
    public uint? LimitMilliwatts { get; init; }
}
