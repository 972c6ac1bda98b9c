using ModelOperator.Carbon.Accounting;

namespace ModelOperator.Carbon.Scheduling;

/// <summary>
/// Two thresholds with hysteresis: needs the intensity of the present only, no forecast. Work that would miss its deadline runs whatever the intensity (GAIA's and
/// Let's Wait Awhile's threshold policies).
/// </summary>
public static class ThresholdScheduler
{
    /// <summary>When the work runs if the profile comes true.</summary>
    /// <returns>Null where the work does not fit, or the profile does not cover the time.</returns>
    /// <exception cref="ArgumentException">Work would resume above the intensity at which it pauses.</exception>
    public static Schedule? Plan(IntensityProfile profile, ThresholdRequest request)
    {
        if (request.ResumeBelow.MilligramsPerKilowattHour > request.PauseAbove.MilligramsPerKilowattHour)
            throw new ArgumentException("work resumes at or below the intensity at which it pauses", nameof(request));
        if (CumulativeIntensity.Of(profile, request.Work) is not { } cumulative)
            return null;
        var runs = new List<ScheduledRun>();
        var (at, left, runsNow) = (request.Work.Now, request.Work.Duration, false);
        DateTimeOffset? since = null;
        while (left > TimeSpan.Zero)
        {
            var latest = request.Work.Deadline - left;
            var free = since is { } s ? s + (runsNow ? request.Work.MinimumRun : request.MinimumPause) : at;
            if (at >= latest)
                runsNow = true;
            else if (at >= free && Switches(cumulative.At(at), runsNow, request))
                (runsNow, since) = (!runsNow, at);
            var until = Next(cumulative, at, runsNow ? at + left : latest, free);
            if (runsNow)
            {
                Append(runs, at, until);
                left -= until - at;
            }

            at = until;
        }

        return Schedule.Of(runs, cumulative, request.Work);
    }

    private static bool Switches(long intensity, bool runsNow, ThresholdRequest request) => runsNow
        ? intensity > request.PauseAbove.MilligramsPerKilowattHour
        : intensity < request.ResumeBelow.MilligramsPerKilowattHour;

    /// <summary>The next moment at which something may change.</summary>
    private static DateTimeOffset Next(CumulativeIntensity cumulative, DateTimeOffset at, DateTimeOffset limit, DateTimeOffset free) =>
        cumulative.Edges.Append(free).Append(limit).Where(e => e > at && e <= limit).Min();

    private static void Append(List<ScheduledRun> runs, DateTimeOffset start, DateTimeOffset end)
    {
        if (runs is [.., var before] && before.End == start)
            runs[^1] = before with { End = end };
        else
            runs.Add(new(start, end));
    }
}
