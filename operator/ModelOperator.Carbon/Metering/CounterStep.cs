namespace ModelOperator.Carbon.Metering;

/// <summary>What the difference of two readings of a counter means.</summary>
/// <param name="Joules">The energy, J.</param>
/// <param name="Trusted">False when it is only a lower bound or nonsense.</param>
/// <param name="Usable">False when it must be discarded.</param>
/// <param name="Flags">What happened.</param>
internal readonly record struct CounterStep(double Joules, bool Trusted, bool Usable, EnergyFlags Flags)
{
    // A package may exceed its limit for a moment; beyond 1.2 times a decrease is no wrap, beyond 1.5 times a step is no energy.
    private const double WrapTolerance = 1.2;
    private const double PlausibleTolerance = 1.5;

    /// <summary>
    /// Reads one step. A decrease of a counter without range is a reset: what it shows now is a lower bound. A decrease of a counter with
    /// range R is a wrap, R - before + after, if that power is possible, else a reset. When the time is long enough for R to pass at full
    /// power, the number of whole ranges is k = round((meanWatts * dt - residual) / R), or unknown without power samples.
    /// </summary>
    public static CounterStep Between(EnergyCounter counter, ulong before, ulong after, TimeSpan time, double? meanWatts)
    {
        var step = counter.Range is { } range ? Ranged(counter, range, before, after, time, meanWatts) : Unranged(counter, before, after);
        return IsPlausible(counter, step.Joules, time)
            ? step
            : step with { Trusted = false, Usable = false, Flags = step.Flags | EnergyFlags.Implausible };
    }

    /// <summary>True when the device can have used this much: E &lt;= 1.5 * limit * dt.</summary>
    public static bool IsPlausible(EnergyCounter counter, double joules, TimeSpan time) =>
        joules <= PlausibleTolerance * counter.MaxPower.JoulesOver(time);

    private static CounterStep Unranged(EnergyCounter counter, ulong before, ulong after) => after >= before
        ? new((after - before) * counter.JoulesPerUnit, true, true, EnergyFlags.None)
        : Reset(counter, after);

    private static CounterStep Ranged(
        EnergyCounter counter, ulong range, ulong before, ulong after, TimeSpan time, double? meanWatts)
    {
        var rangeJoules = range * counter.JoulesPerUnit;
        var forward = (after >= before ? after - before : range - before + after) * counter.JoulesPerUnit;
        if (counter.MaxPower.JoulesOver(time) > rangeJoules)
            return Repeated(rangeJoules, forward, time, meanWatts);
        if (after >= before)
            return new(forward, true, true, EnergyFlags.None);
        return forward <= WrapTolerance * counter.MaxPower.JoulesOver(time)
            ? new(forward, true, true, EnergyFlags.CounterWrapped)
            : Reset(counter, after);
    }

    private static CounterStep Repeated(double rangeJoules, double residual, TimeSpan time, double? meanWatts)
    {
        if (meanWatts is not { } watts)
            return new(residual, false, true, EnergyFlags.CounterWrappedRepeatedly);
        var wraps = Math.Max(0, Math.Round(((watts * time.TotalSeconds) - residual) / rangeJoules));
        return new(residual + (wraps * rangeJoules), true, true, EnergyFlags.CounterWrappedRepeatedly);
    }

    private static CounterStep Reset(EnergyCounter counter, ulong after) =>
        new(after * counter.JoulesPerUnit, false, true, EnergyFlags.CounterReset);
}
