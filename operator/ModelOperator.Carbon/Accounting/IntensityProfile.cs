namespace ModelOperator.Carbon.Accounting;

/// <summary>
/// Intensity over time: slots of one signal from one source, in order and without overlap; gaps are allowed and use
/// <see cref="Fallback"/>, or stay uncosted without one.
/// </summary>
public sealed class IntensityProfile
{
    private readonly IntensitySlot[] slots;

    /// <summary>Checks and keeps the slots, in order of time.</summary>
    /// <exception cref="ArgumentException">A slot that ends before it starts, or two that overlap.</exception>
    public IntensityProfile(
        IntensitySignal signal, string source, IEnumerable<IntensitySlot> slots, CarbonIntensity? fallback = null)
    {
        Signal = signal;
        Source = source;
        Fallback = fallback;
        this.slots = [.. slots.OrderBy(s => s.Start)];
        for (var i = 0; i < this.slots.Length; i++)
        {
            if (this.slots[i].End <= this.slots[i].Start)
                throw new ArgumentException($"the intensity slot at {Iso.Format(this.slots[i].Start)} does not end after it starts", nameof(slots));
            if (i > 0 && this.slots[i].Start < this.slots[i - 1].End)
                throw new ArgumentException($"the intensity slot at {Iso.Format(this.slots[i].Start)} overlaps the one before it", nameof(slots));
        }
    }

    /// <summary>Average or marginal.</summary>
    public IntensitySignal Signal { get; }

    /// <summary>Where the figures come from.</summary>
    public string Source { get; }

    /// <summary>Used where no slot is; null leaves such energy uncosted.</summary>
    public CarbonIntensity? Fallback { get; }

    /// <summary>The slots in order of time.</summary>
    public IReadOnlyList<IntensitySlot> Slots => slots;

    /// <summary>One intensity for all time.</summary>
    public static IntensityProfile Constant(CarbonIntensity intensity, string source, IntensitySignal signal = IntensitySignal.Average) =>
        new(signal, source, [], intensity);

    /// <summary>
    /// Splits [start, end) at the slots' edges. Pieces come in order and cover the interval; where no slot is, the piece carries
    /// <see cref="Fallback"/> and is marked as fallback.
    /// </summary>
    public IEnumerable<IntensityPiece> Split(DateTimeOffset start, DateTimeOffset end)
    {
        var at = start;
        for (var i = FirstEndingAfter(start); i < slots.Length && slots[i].Start < end; i++)
        {
            if (slots[i].Start > at)
                yield return new(at, slots[i].Start, Fallback, IsFallback: true);
            var from = slots[i].Start > at ? slots[i].Start : at;
            at = slots[i].End < end ? slots[i].End : end;
            yield return new(from, at, slots[i].Intensity, IsFallback: false);
        }

        if (at < end)
            yield return new(at, end, Fallback, IsFallback: true);
    }

    /// <summary>Time-weighted mean over [start, end), mg/kWh rounded up; null when part of it has neither slot nor fallback.</summary>
    /// <exception cref="ArgumentException">The end is not after the start.</exception>
    public CarbonIntensity? Mean(DateTimeOffset start, DateTimeOffset end)
    {
        if (end <= start)
            throw new ArgumentException("an interval ends after it starts", nameof(end));
        Int128 sum = 0;
        foreach (var piece in Split(start, end))
        {
            if (piece.Intensity is not { } intensity)
                return null;
            sum += (Int128)intensity.MilligramsPerKilowattHour * (piece.End - piece.Start).Ticks;
        }

        return new(QuantityMath.DivideToUnits(sum, (end - start).Ticks, Rounding.Up));
    }

    private int FirstEndingAfter(DateTimeOffset at)
    {
        var low = 0;
        var high = slots.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (slots[middle].End > at)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }
}
