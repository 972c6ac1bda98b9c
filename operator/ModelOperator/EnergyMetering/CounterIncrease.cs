namespace ModelOperator.EnergyMetering;

/// <summary>
/// How much a counter grew over (start, end], by its own samples: the last one at or before the start is where it stood, so that times that meet add up to the
/// whole. A fall is a restart from zero. Pure.
/// </summary>
public static class CounterIncrease
{
    /// <summary>The increase; null when no sample lies inside.</summary>
    /// <param name="samples">Times and values in any order; those shortly before the start are welcome, blanks are passed over.</param>
    /// <param name="start">Start, excluded.</param>
    /// <param name="end">End, included.</param>
    /// <param name="bornInside">Whether a counter without a sample before the start began at zero inside; else its first sample is where it stood.</param>
    public static double? Of(IEnumerable<(DateTimeOffset At, double Value)> samples, DateTimeOffset start, DateTimeOffset end, bool bornInside)
    {
        double? stood = null;
        double? sum = null;
        foreach (var (at, value) in samples.Where(static s => double.IsFinite(s.Value) && s.Value >= 0).OrderBy(static s => s.At))
        {
            if (at > end)
                break;
            if (at > start)
                sum = (sum ?? 0) + Step(stood ?? (bornInside ? 0 : value), value);
            stood = value;
        }

        return sum;
    }

    private static double Step(double before, double after) => after >= before ? after - before : after;
}
