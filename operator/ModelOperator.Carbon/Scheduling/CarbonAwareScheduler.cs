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
            .Select(start => (Start: start, Cost: cumulative.Between(start, start + request.Duration)))
            .MinBy(c => (c.Cost, c.Start));
        return Schedule.Of([new(best.Start, best.Start + request.Duration)], cumulative, request);
    }

    /// <summary>
    /// Work in stretches: the cheapest time by intensity, then by time. Falls back to <see cref="Contiguous"/> where a stretch would be
    /// shorter than the minimum run, or the resumes cost more than they save.
    /// </summary>
    public static Schedule? Interruptible(IntensityProfile profile, ScheduleRequest request)
    {
        if (Contiguous(profile, request) is not { } contiguous || CumulativeIntensity.Of(profile, request) is not { } cumulative)
            return null;
        var runs = Merge(Cheapest(profile, request));
        if (runs.Exists(r => r.End - r.Start < request.MinimumRun))
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

    private static List<ScheduledRun> Merge(List<ScheduledRun> chosen)
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
}
