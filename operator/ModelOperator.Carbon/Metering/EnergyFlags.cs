namespace ModelOperator.Carbon.Metering;

/// <summary>What happened while a reading was made; nothing is repaired without a flag.</summary>
[Flags]
public enum EnergyFlags
{
    /// <summary>Nothing to report.</summary>
    None = 0,

    /// <summary>Samples that were not a physical value (NaN, negative, a driver's blank value, a failed read) were left out.</summary>
    RejectedReadings = 1 << 0,

    /// <summary>The same reading came more than once and counted once.</summary>
    Duplicates = 1 << 1,

    /// <summary>Different readings carry the same time; the larger one counted.</summary>
    ConflictingReadings = 1 << 2,

    /// <summary>A gap longer than permitted was filled with the mean of its ends.</summary>
    LongGap = 1 << 3,

    /// <summary>The first or last known power was held towards the edge of the interval.</summary>
    EdgeHeld = 1 << 4,

    /// <summary>Part of the interval is covered by nothing; its energy is missing from the figure.</summary>
    Uncovered = 1 << 5,

    /// <summary>A counter passed its range and began again.</summary>
    CounterWrapped = 1 << 6,

    /// <summary>A counter may have passed its range more than once between two reads; power samples say how often.</summary>
    CounterWrappedRepeatedly = 1 << 7,

    /// <summary>A counter was reset; what it counted between the last read and the reset is lost unless power samples fill it.</summary>
    CounterReset = 1 << 8,

    /// <summary>A counter's step was beyond what the device can draw and was discarded.</summary>
    Implausible = 1 << 9,

    /// <summary>Power samples replaced a counter's step that could not be trusted.</summary>
    FilledFromPower = 1 << 10,
}
