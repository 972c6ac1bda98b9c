namespace ModelOperator.Carbon.Accounting;

/// <summary>
/// Share of hardware's embodied emissions: M = TE * (TiR / EL) * (RR / ToR) (Software Carbon Intensity specification 1.1, ISO/IEC 21031).
/// </summary>
public sealed record EmbodiedShare
{
    /// <summary>Expected lifespan of a server, 4 years, in hours (Cloud Carbon Footprint).</summary>
    public const int DefaultLifespanHours = 35_040;

    /// <summary>Embodied emissions of one GPU with its share of the server, in kg: an A100's (HotCarbon 2023, docs/data-sources.md).</summary>
    public const int DefaultGpuKilograms = 318;

    /// <summary>The lifespan as a time.</summary>
    public static readonly TimeSpan DefaultLifespan = TimeSpan.FromHours(DefaultLifespanHours);

    /// <summary>TE: embodied emissions of the whole device.</summary>
    public required Emissions TotalEmbodied { get; init; }

    /// <summary>RR: resources reserved, for example GPUs held.</summary>
    public required int ResourcesReserved { get; init; }

    /// <summary>ToR: resources of the whole device, for example GPUs of the server.</summary>
    public required int ResourcesTotal { get; init; }

    /// <summary>EL: expected lifespan.</summary>
    public TimeSpan Lifespan { get; init; } = DefaultLifespan;

    /// <summary>M for TiR, the time the resources were reserved, idle and paused-but-held time included; exact, rounded up.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A negative time, a lifespan or total that is not positive, or more reserved than there is.</exception>
    public Emissions Over(TimeSpan reserved)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(reserved, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Lifespan, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ResourcesTotal);
        ArgumentOutOfRangeException.ThrowIfNegative(ResourcesReserved);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ResourcesReserved, ResourcesTotal);
        return new(QuantityMath.DivideToUnits(
            checked((Int128)TotalEmbodied.Milligrams * reserved.Ticks * ResourcesReserved),
            (Int128)Lifespan.Ticks * ResourcesTotal,
            Rounding.Up));
    }
}
