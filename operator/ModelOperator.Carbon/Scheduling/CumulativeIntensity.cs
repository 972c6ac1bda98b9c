using ModelOperator.Carbon.Accounting;

namespace ModelOperator.Carbon.Scheduling;

/// <summary>Prefix sums of intensity over time (mg/kWh times ticks, exact integers), for the mean of any stretch in logarithmic time.</summary>
internal sealed class CumulativeIntensity
{
    private readonly DateTimeOffset[] edges;
    private readonly long[] intensities;
    private readonly Int128[] sums;

    private CumulativeIntensity(List<IntensityPiece> pieces)
    {
        edges = [.. pieces.Select(p => p.Start), pieces[^1].End];
        intensities = [.. pieces.Select(p => p.Intensity!.Value.MilligramsPerKilowattHour)];
        sums = new Int128[edges.Length];
        for (var i = 0; i < intensities.Length; i++)
            sums[i + 1] = sums[i] + ((Int128)intensities[i] * (edges[i + 1] - edges[i]).Ticks);
    }

    /// <summary>Edges of the slots, with both ends of the time.</summary>
    public IReadOnlyList<DateTimeOffset> Edges => edges;

    /// <summary>The sums over a request's time; null when the work does not fit into it or part of it has no intensity.</summary>
    public static CumulativeIntensity? Of(IntensityProfile profile, ScheduleRequest request)
    {
        if (request.Duration <= TimeSpan.Zero || request.Now + request.Duration > request.Deadline)
            return null;
        var pieces = profile.Split(request.Now, request.Deadline).ToList();
        return pieces.TrueForAll(p => p.Intensity is not null) ? new(pieces) : null;
    }

    /// <summary>Sum over [start, end).</summary>
    public Int128 Between(DateTimeOffset start, DateTimeOffset end) => UpTo(end) - UpTo(start);

    /// <summary>The intensity at an instant, mg/kWh.</summary>
    public long At(DateTimeOffset at) => intensities[SlotOf(at)];

    private Int128 UpTo(DateTimeOffset at)
    {
        var slot = SlotOf(at);
        return sums[slot] + ((Int128)intensities[slot] * (at - edges[slot]).Ticks);
    }

    private int SlotOf(DateTimeOffset at)
    {
        var found = Array.BinarySearch(edges, at);
        return Math.Min(found >= 0 ? found : ~found - 1, intensities.Length - 1);
    }
}
