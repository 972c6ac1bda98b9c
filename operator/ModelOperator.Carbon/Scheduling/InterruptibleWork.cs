using ModelOperator.Carbon.Grid;

namespace ModelOperator.Carbon.Scheduling;

/// <summary>What work in stretches comes to by a forecast; shared by the decisions to start, to pause and to go on.</summary>
internal static class InterruptibleWork
{
    /// <summary>End of the time to plan: the deadline of uninterrupted work at the latest start, or as far as anybody knows.</summary>
    public static DateTimeOffset End(DecisionForecast forecast, StartRequest request) =>
        request.LatestStart + request.Duration is var deadline && forecast.Until < deadline ? forecast.Until : deadline;

    /// <summary>The best stretches; null where the work does not fit into what is known.</summary>
    public static Schedule? Best(DecisionForecast forecast, StartRequest request, bool atWork) =>
        CarbonAwareScheduler.Interruptible(forecast.Profile, new ScheduleRequest(request.Now, End(forecast, request), request.Duration)
        {
            MinimumRun = request.MinimumRun ?? TimeSpan.Zero,
            ResumeCost = request.ResumeCost,
            AtWork = atWork,
        });

    /// <summary>Mean intensity of work that is done now for a minimum run, and then in the best stretches; infinite where it does not fit.</summary>
    public static double MeanFrom(DecisionForecast forecast, StartRequest request)
    {
        var first = request.MinimumRun is { } least && least < request.Duration ? least : request.Duration;
        if (request.Now + request.Duration > End(forecast, request) || forecast.Profile.Mean(request.Now, request.Now + first) is not { } mean)
            return double.PositiveInfinity;
        var done = (double)mean.MilligramsPerKilowattHour * first.Ticks;
        if (first < request.Duration)
        {
            // What is left may be put off as far as before: the deadline stays.
            var rest = request with { Now = request.Now + first, LatestStart = request.LatestStart + first, Duration = request.Duration - first };
            if (Best(forecast, rest, atWork: true) is not { } schedule)
                return double.PositiveInfinity;
            done += schedule.MeanIntensity * rest.Duration.Ticks;
        }

        return done / request.Duration.Ticks;
    }
}
