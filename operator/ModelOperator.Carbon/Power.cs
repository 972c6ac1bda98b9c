namespace ModelOperator.Carbon;

/// <summary>Power in watts (joules per second). Finite and never negative.</summary>
public readonly record struct Power
{
    /// <summary>From watts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">NaN, infinite or negative.</exception>
    public Power(double watts)
    {
        if (!double.IsFinite(watts) || watts < 0)
            throw new ArgumentOutOfRangeException(nameof(watts), watts, "power must be finite and not negative");
        Watts = watts;
    }

    /// <summary>The power in W.</summary>
    public double Watts { get; }

    /// <summary>The energy in joules when this power is held for a time.</summary>
    public double JoulesOver(TimeSpan time) => Watts * time.TotalSeconds;
}
