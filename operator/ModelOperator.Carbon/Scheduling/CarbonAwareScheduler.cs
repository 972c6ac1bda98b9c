using ModelOperator.Carbon.Accounting;

namespace ModelOperator.Carbon.Scheduling;

/// <summary>
/// Where in [now, deadline) to put work of constant power so that its emissions are least. Gives null where the work does not fit, or the
/// profile does not cover the time: then start at once.
/// </summary>
public static class CarbonAwareScheduler
{
    /// <summary>
    /// One uninterrupted stretch: the start with the least time-weighted mean intensity. The cost is linear between the points where either
    /// end of the stretch meets a slot's edge, so only those (and both ends of the choice) are candidates. Ties take the earliest.
    /// </summary>
    public static Schedule? Contiguous(IntensityProfile profile, ScheduleRequest request)
    {
        if (CumulativeIntensity.Of(profile, request) is not { } cumulative)
            return null;
        var last = request.Deadline - request.Duration;
        var best = cumulative.Edges
            .SelectMany(edge => new[] { edge, edge - request.Duration })
            .Append(last)
            .Where(start => start >= request.Now && start <= last)
            .Select(start => (Start: start, Cost: cumulative.Between(start, start + request.Duration) + ResumeAt(start, cumulative, request)))
            .MinBy(c => (c.Cost, c.Start));
        return Schedule.Of([new(best.Start, best.Start + request.Duration)], cumulative, request);
    }

    /// <summary>
    /// Work in stretches: the cheapest time by intensity, then by time; a stretch that is shorter than the minimum run is done at the end of another instead. Falls back to
    /// <see cref="Contiguous"/> where that is not possible, or the resumes cost more than they save.
    /// </summary>
    public static Schedule? Interruptible(IntensityProfile profile, ScheduleRequest request)
    {
        if (Contiguous(profile, request) is not { } contiguous || CumulativeIntensity.Of(profile, request) is not { } cumulative)
            return null;
        if (LongEnough(Merge(Cheapest(profile, request)), cumulative, request) is not { } runs)
            return contiguous;
        var interrupted = Schedule.Of(runs, cumulative, request);
        return interrupted.MeanIntensity < contiguous.MeanIntensity ? interrupted : contiguous;
    }

    private static List<ScheduledRun> Cheapest(IntensityProfile profile, ScheduleRequest request)
    {
        var left = request.Duration;
        var chosen = new List<ScheduledRun>();
        foreach (var piece in profile.Split(request.Now, request.Deadline).OrderBy(p => p.Intensity).ThenBy(p => p.Start))
        {
            var take = piece.End - piece.Start < left ? piece.End - piece.Start : left;
            if (take <= TimeSpan.Zero)
                break;
            chosen.Add(new(piece.Start, piece.Start + take));
            left -= take;
        }

        return chosen;
    }

    /// <summary>Stretches in order of time, those that meet as one.</summary>
    internal static List<ScheduledRun> Merge(List<ScheduledRun> chosen)
    {
        var merged = new List<ScheduledRun>();
        foreach (var run in chosen.OrderBy(r => r.Start))
        {
            if (merged.Count > 0 && merged[^1].End == run.Start)
                merged[^1] = merged[^1] with { End = run.End };
            else
                merged.Add(run);
        }

        return merged;
    }

    /// <summary>Without stretches that are too short: the shortest is given up for more of another, where that is cheapest, again and again. Null when there is no room for it.</summary>
    private static List<ScheduledRun>? LongEnough(List<ScheduledRun> runs, CumulativeIntensity cumulative, ScheduleRequest request)
    {
        while (runs.Where(r => r.End - r.Start < request.MinimumRun && !(request.AtWork && r.Start == request.Now)).ToList() is { Count: > 0 } tooShort)
        {
            var given = tooShort.MinBy(static r => r.End - r.Start);
            runs.Remove(given);
            var left = given.End - given.Start;
            List<ScheduledRun> places = [.. runs.SelectMany(r => new[] { new ScheduledRun(r.Start - left, r.Start), new ScheduledRun(r.End, r.End + left) })
                .Where(p => p.Start >= request.Now && p.End <= request.Deadline && runs.TrueForAll(r => r.End <= p.Start || p.End <= r.Start))];
            if (places.Count == 0)
                return null;
            runs = Merge([.. runs, places.MinBy(p => (cumulative.Between(p.Start, p.End), p.Start))]);
        }

        return runs;
    }

    /// <summary>What a resume of work under way costs before its first stretch.</summary>
    internal static Int128 ResumeAt(DateTimeOffset start, CumulativeIntensity cumulative, ScheduleRequest request) =>
        request.AtWork && start > request.Now ? (Int128)cumulative.At(start) * request.ResumeCost.Ticks : 0;
}
