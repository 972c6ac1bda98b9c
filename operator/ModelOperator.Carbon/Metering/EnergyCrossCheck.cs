namespace ModelOperator.Carbon.Metering;

/// <summary>Compares two sources of the same energy; both are kept, a large difference is reported.</summary>
/// <param name="CounterJoules">From the counter, J.</param>
/// <param name="IntegralJoules">From the power samples, J.</param>
public readonly record struct EnergyCrossCheck(double CounterJoules, double IntegralJoules)
{
    /// <summary>The deviation above which someone should look: 10 %.</summary>
    public const double AlarmDeviation = 0.10;

    /// <summary>|counter - integral| / counter, dimensionless; null when the counter shows no energy.</summary>
    public double? Deviation => CounterJoules > 0 ? Math.Abs(CounterJoules - IntegralJoules) / CounterJoules : null;

    /// <summary>True when the sources differ by more than <see cref="AlarmDeviation"/>, or only one of them shows energy.</summary>
    public bool Alarm => Deviation is { } deviation ? deviation > AlarmDeviation : IntegralJoules > 0;
}
