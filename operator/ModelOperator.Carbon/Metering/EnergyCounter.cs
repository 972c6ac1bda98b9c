namespace ModelOperator.Carbon.Metering;

/// <summary>What is known about an energy counter: its unit, its range and what its device can draw.</summary>
public sealed record EnergyCounter
{
    private const double JoulesPerMillijoule = 1e-3;
    private const double JoulesPerMicrojoule = 1e-6;

    // DCGM's blanks: 16 values from 0x7ffffff0, 16 from 2^47 (doubles), and everything from 0x7ffffffffffffff0.
    private const ulong BlankBand = 16;
    private const ulong Blank32 = 0x7ffffff0;
    private const ulong BlankDouble = 1UL << 47;
    private const ulong Blank64 = 0x7ffffffffffffff0;

    private readonly bool hasBlanks;

    private EnergyCounter(double joulesPerUnit, ulong? range, Power maxPower, bool hasBlanks)
    {
        if (maxPower.Watts <= 0)
            throw new ArgumentOutOfRangeException(nameof(maxPower), maxPower, "the device's greatest power must be positive");
        JoulesPerUnit = joulesPerUnit;
        Range = range;
        MaxPower = maxPower;
        this.hasBlanks = hasBlanks;
    }

    /// <summary>Joules per unit of the counter.</summary>
    public double JoulesPerUnit { get; }

    /// <summary>The value after which the counter begins again at zero, in its own unit; null when it never wraps.</summary>
    public ulong? Range { get; }

    /// <summary>The device's power limit, W; steps far beyond it are discarded.</summary>
    public Power MaxPower { get; }

    /// <summary>NVML's or DCGM's total energy: millijoules since the driver was loaded; never wraps, so a decrease is a reset.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A power limit of zero.</exception>
    public static EnergyCounter Nvml(Power powerLimit) => new(JoulesPerMillijoule, null, powerLimit, hasBlanks: true);

    /// <summary>RAPL's energy_uj: microjoules; wraps after max_energy_range_uj.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A range or power of zero.</exception>
    public static EnergyCounter Rapl(ulong maxEnergyRangeMicrojoules, Power maxPower)
    {
        ArgumentOutOfRangeException.ThrowIfZero(maxEnergyRangeMicrojoules);
        return new(JoulesPerMicrojoule, maxEnergyRangeMicrojoules, maxPower, hasBlanks: false);
    }

    /// <summary>True for a value that can be a count: not a blank of the driver and inside the range.</summary>
    internal bool IsCount(ulong value)
    {
        if (Range is { } range)
            return value <= range;
        return !hasBlanks
            || !(value >= Blank64 || value - Blank32 < BlankBand || value - BlankDouble < BlankBand);
    }
}
