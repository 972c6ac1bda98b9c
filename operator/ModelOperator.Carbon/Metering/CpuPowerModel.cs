namespace ModelOperator.Carbon.Metering;

/// <summary>
/// Energy of a CPU workload without a sensor: E = cpuSeconds * WattsPerCore + ramGB * WattsPerGigabyte * wallSeconds, in J. One core is
/// one schedulable CPU, as in Kubernetes' <c>cpu</c>.
/// </summary>
public sealed record CpuPowerModel
{
    private const double GigabytesPerGibibyte = 1.073741824;

    /// <summary>The documented defaults.</summary>
    public static CpuPowerModel Default { get; } = new();

    /// <summary>W per busy core. Default 4: CodeCarbon's value per hardware thread of an unknown CPU.</summary>
    public Power PerCore { get; init; } = new(4);

    /// <summary>W per gigabyte (10^9 bytes) of memory held. Default 0.3725: Green Algorithms.</summary>
    public Power PerGigabyte { get; init; } = new(0.3725);

    /// <summary>Lower end of the band as a factor on the CPU part. Default 0.25 (1 W per core: shared, efficient servers). Our proposal.</summary>
    public double CpuLow { get; init; } = 0.25;

    /// <summary>Upper end of the band as a factor on the CPU part. Default 3 (12 W per core: few, fast cores). Our proposal.</summary>
    public double CpuHigh { get; init; } = 3;

    /// <summary>Lower end of the band as a factor on the memory part. Default 0.1: CodeCarbon 3 gives 42 W where this model gives 429 W.</summary>
    public double RamLow { get; init; } = 0.1;

    /// <summary>Upper end of the band as a factor on the memory part. Default 1.06: Cloud Carbon Footprint's 0.392 W/GB.</summary>
    public double RamHigh { get; init; } = 1.06;

    /// <summary>Power of memory, W, for an amount in GiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative or not finite.</exception>
    public Power RamPower(double gibibytes) => new(Amount(gibibytes, nameof(gibibytes)) * GigabytesPerGibibyte * PerGigabyte.Watts);

    /// <summary>Energy of a finished workload with its band.</summary>
    /// <param name="cpuSeconds">CPU time used, s.</param>
    /// <param name="ramGibibytes">Memory held, GiB.</param>
    /// <param name="wall">Time it was held.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative or not finite.</exception>
    public EnergyBand Estimate(double cpuSeconds, double ramGibibytes, TimeSpan wall)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(wall, TimeSpan.Zero);
        var cpu = Amount(cpuSeconds, nameof(cpuSeconds)) * PerCore.Watts;
        var ram = RamPower(ramGibibytes).JoulesOver(wall);
        return new(
            Energy.FromJoules(cpu + ram),
            Energy.FromJoules((cpu * CpuLow) + (ram * RamLow)),
            Energy.FromJoules((cpu * CpuHigh) + (ram * RamHigh), Rounding.Up));
    }

    private static double Amount(double value, string name) => double.IsFinite(value) && value >= 0
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "must be finite and not negative");
}
