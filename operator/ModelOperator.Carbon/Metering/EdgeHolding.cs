namespace ModelOperator.Carbon.Metering;

/// <summary>Carries the first and last known power towards the edges of an interval, for a bounded time and with a flag.</summary>
internal static class EdgeHolding
{
    /// <summary>Adds at most one held stretch before the first and one after the last of the points (sorted by time).</summary>
    public static void Extend(
        List<EnergySegment> segments, IReadOnlyList<PowerSample> points, DateTimeOffset start, DateTimeOffset end, TimeSpan hold,
        ref EnergyFlags flags)
    {
        if (points.Count == 0)
            return;
        var first = points[0];
        var last = points[^1];
        var before = new EnergySegment(Later(start, first.At - hold), first.At, first.Watts, first.Watts, Measured: false);
        var after = new EnergySegment(last.At, Earlier(end, last.At + hold), last.Watts, last.Watts, Measured: false);
        if (before.Clip(start, end) is { } head)
        {
            segments.Insert(0, head);
            flags |= EnergyFlags.EdgeHeld;
        }

        if (after.Clip(start, end) is { } tail)
        {
            segments.Add(tail);
            flags |= EnergyFlags.EdgeHeld;
        }
    }

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}
