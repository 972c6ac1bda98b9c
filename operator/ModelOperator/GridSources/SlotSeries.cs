using ModelOperator.Carbon;
using ModelOperator.Carbon.Grid;

namespace ModelOperator.GridSources;

/// <summary>Makes slots of points. Pure.</summary>
internal static class SlotSeries
{
    // No grid emits more than burning lignite alone would; beyond this a figure is in a wrong unit.
    private const decimal GreatestGrams = 3_000m;
    private static readonly TimeSpan Longest = TimeSpan.FromHours(2);

    /// <summary>A slot of a point; null for a value that cannot be one.</summary>
    public static GridSlot? Of(DateTimeOffset at, TimeSpan length, decimal? grams, IntensityQuality quality, string source, int rank)
    {
        if (grams is not (>= 0 and <= GreatestGrams) || length <= TimeSpan.Zero || length > Longest)
            return null;
        var start = at.ToUniversalTime();
        return new(start, start + length, CarbonIntensity.FromGramsPerKilowattHour(grams.Value), quality, source, rank);
    }

    /// <summary>Slots that last until the next point, at most two hours; the last lasts as long as the one before it, one hour when it is alone.</summary>
    public static IEnumerable<(DateTimeOffset At, TimeSpan Length, T Point)> UntilNext<T>(IEnumerable<T> points, Func<T, DateTimeOffset> at)
    {
        var sorted = points.OrderBy(at).ToList();
        var length = TimeSpan.FromHours(1);
        for (var i = 0; i < sorted.Count; i++)
        {
            if (i + 1 < sorted.Count)
            {
                var next = at(sorted[i + 1]) - at(sorted[i]);
                length = next > TimeSpan.Zero && next <= Longest ? next : length;
            }

            yield return (at(sorted[i]), length, sorted[i]);
        }
    }
}
