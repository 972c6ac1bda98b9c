namespace ModelOperator.Carbon.Grid;

/// <summary>What is known about one zone over time: slots in order, without overlap, gaps allowed. Immutable.</summary>
/// <typeparam name="TSignal">Average or marginal.</typeparam>
public sealed class GridTimeline<TSignal>
    where TSignal : struct, IGridSignal
{
    private readonly GridSlot[] slots;

    private GridTimeline(GridSlot[] slots) => this.slots = slots;

    /// <summary>Nothing known.</summary>
    public static GridTimeline<TSignal> Empty { get; } = new([]);

    /// <summary>The slots in order of time.</summary>
    public IReadOnlyList<GridSlot> Slots => slots;

    /// <summary>The last slot that is no forecast, or null.</summary>
    public GridSlot? LastKnown => slots.LastOrDefault(s => s.Quality != IntensityQuality.Forecast) is { Source: not null } last ? last : null;

    /// <summary>
    /// Adds a source's answer: at every instant the better slot counts (<see cref="GridSlot.Beats"/>). Slots of the answer may overlap each other;
    /// the earlier start counts. Slots that do not end after they start are left out.
    /// </summary>
    /// <param name="fresh">The answer, in any order.</param>
    /// <param name="keepFrom">What ended before this time is forgotten.</param>
    public GridTimeline<TSignal> Merge(IEnumerable<GridSlot> fresh, DateTimeOffset keepFrom)
    {
        var added = Disjoint(fresh);
        var edges = slots.Concat(added).SelectMany(s => new[] { s.Start, s.End }).Where(e => e > keepFrom).Append(keepFrom).Distinct().Order().ToList();
        var merged = new List<GridSlot>();
        int i = 0, j = 0;
        for (var e = 1; e < edges.Count; e++)
        {
            var (start, end) = (edges[e - 1], edges[e]);
            var old = At(slots, ref i, start);
            var next = At(added, ref j, start);
            if ((next is { } n && (old is not { } o || n.Beats(o)) ? next : old) is { } best)
                Append(merged, best with { Start = start, End = end });
        }

        return new([.. merged]);
    }

    private static GridSlot[] Disjoint(IEnumerable<GridSlot> fresh)
    {
        var kept = new List<GridSlot>();
        foreach (var slot in fresh.Where(s => s.End > s.Start).OrderBy(s => s.Start))
        {
            var start = kept.Count > 0 && kept[^1].End > slot.Start ? kept[^1].End : slot.Start;
            if (slot.End > start)
                kept.Add(slot with { Start = start });
        }

        return [.. kept];
    }

    private static GridSlot? At(GridSlot[] sorted, ref int index, DateTimeOffset at)
    {
        while (index < sorted.Length && sorted[index].End <= at)
            index++;
        return index < sorted.Length && sorted[index].Start <= at ? sorted[index] : null;
    }

    private static void Append(List<GridSlot> merged, GridSlot slot)
    {
        if (merged.Count > 0 && merged[^1].End == slot.Start && merged[^1] with { Start = default, End = default } == slot with { Start = default, End = default })
            merged[^1] = merged[^1] with { End = slot.End };
        else
            merged.Add(slot);
    }
}
