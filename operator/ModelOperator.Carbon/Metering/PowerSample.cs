namespace ModelOperator.Carbon.Metering;

/// <summary>One reading of a device's power.</summary>
/// <param name="At">When it was taken.</param>
/// <param name="Watts">The power, W; NaN for a failed read.</param>
public readonly record struct PowerSample(DateTimeOffset At, double Watts)
{
    /// <summary>
    /// The smallest blank value of DCGM's 32-bit integers (0x7ffffff0). No device draws 2 GW, so this bound also catches the 64-bit
    /// blanks and the floating-point blanks (2^47 and above).
    /// </summary>
    internal const double SmallestSentinelWatts = 0x7ffffff0;

    /// <summary>True for a physical value: finite, not negative, below every blank value of the drivers.</summary>
    public bool IsPhysical => double.IsFinite(Watts) && Watts is >= 0 and < SmallestSentinelWatts;
}
