namespace ModelOperator.Carbon.Metering;

/// <summary>
/// Power of whole GPUs without a sensor: P = n * (idle + u * (TDP - idle)), W, with idle = IdleShare * TDP. The band of its energy goes
/// from idle to rated power. Never used for a run that reported no GPU.
/// </summary>
public sealed record GpuPowerModel
{
    /// <summary>The documented defaults.</summary>
    public static GpuPowerModel Default { get; } = new();

    /// <summary>Utilisation u while training, 0 to 1. Default 0.8.</summary>
    public double Utilisation { get; init; } = 0.8;

    /// <summary>Idle power as a share of TDP, 0 to 1. Default 0.1 unless profiled.</summary>
    public double IdleShare { get; init; } = 0.1;

    /// <summary>Power of n GPUs of one rated power, at <see cref="Utilisation"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A negative count, or a share outside 0 to 1.</exception>
    public Power PowerOf(int count, Power tdp) => PowerAt(count, tdp, Utilisation);

    /// <summary>Energy of n GPUs held for a time, with its band.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A negative count or time, or a share outside 0 to 1.</exception>
    public EnergyBand Estimate(int count, Power tdp, TimeSpan wall)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(wall, TimeSpan.Zero);
        return new(
            Energy.FromJoules(PowerOf(count, tdp).JoulesOver(wall)),
            Energy.FromJoules(PowerAt(count, tdp, 0).JoulesOver(wall)),
            Energy.FromJoules(PowerAt(count, tdp, 1).JoulesOver(wall), Rounding.Up));
    }

    private Power PowerAt(int count, Power tdp, double utilisation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (!(utilisation is >= 0 and <= 1) || !(IdleShare is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(utilisation), $"utilisation {utilisation} and idle share {IdleShare} lie between 0 and 1");
        var idle = IdleShare * tdp.Watts;
        return new(count * (idle + (utilisation * (tdp.Watts - idle))));
    }
}
