using ModelOperator.Carbon.Grid;

namespace ModelOperator.Carbon.Scheduling;

/// <summary>
/// Start now or wait: asked again and again until the answer is now, each time with what is known by then. A time once chosen is kept until another is
/// better by the least gain, so that a forecast which trembles moves nothing. Never later than the latest start.
/// </summary>
public static class CarbonAwareStart
{
    /// <summary>Decides.</summary>
    /// <param name="forecast">What is expected from now on; null when nothing is.</param>
    /// <param name="request">The work.</param>
    /// <param name="chosen">The start that was chosen before; null at first.</param>
    public static StartDecision Decide(DecisionForecast? forecast, StartRequest request, DateTimeOffset? chosen)
    {
        if (request.Now >= request.LatestStart)
            return new(StartReason.Deadline, request.Now);
        var kept = chosen > request.LatestStart ? request.LatestStart : chosen;
        if (forecast is null || Best(forecast, request) is not { } best)
            return Blind(request, kept);
        var immediate = best.ImmediateIntensity;
        var start = best.Runs[0].Start;
        if (immediate <= request.CleanEnough?.MilligramsPerKilowattHour)
            return Now(StartReason.CleanEnough);
        var atOnce = Mean(request.Now);
        if (start <= request.Now || atOnce - best.MeanIntensity < (kept is null ? request.LeastGain * immediate : 0))
            return Now(kept <= request.Now ? StartReason.ChosenTime : StartReason.NoneCleaner);
        if (kept is { } time && Mean(time) - best.MeanIntensity < request.LeastGain * immediate)
            return time <= request.Now ? Now(StartReason.ChosenTime) : Wait(time, Mean(time));
        return Wait(start, best.MeanIntensity);

        StartDecision Now(StartReason reason) => new(reason, request.Now) { Immediate = Whole(immediate), Chosen = Whole(immediate) };

        StartDecision Wait(DateTimeOffset at, double mean) => new(StartReason.Waiting, at) { Immediate = Whole(immediate), Chosen = Whole(mean) };

        double Mean(DateTimeOffset at) => request.MinimumRun is not null ? InterruptibleWork.MeanFrom(forecast, request with { Now = at > request.Now ? at : request.Now })
            : at <= request.Now ? immediate
            : at + request.Duration > forecast.Until ? double.PositiveInfinity
            : forecast.Profile.Mean(at, at + request.Duration)!.Value.MilligramsPerKilowattHour;
    }

    /// <summary>Without a forecast nothing is put off; what was put off by one that is gone keeps its time.</summary>
    private static StartDecision Blind(StartRequest request, DateTimeOffset? kept) => kept switch
    {
        null => new(StartReason.Unknown, request.Now),
        { } time when time <= request.Now => new(StartReason.ChosenTime, request.Now),
        { } time => new(StartReason.Waiting, time),
    };

    private static Schedule? Best(DecisionForecast forecast, StartRequest request) => request.MinimumRun is not null
        ? InterruptibleWork.Best(forecast, request, atWork: false)
        : CarbonAwareScheduler.Contiguous(forecast.Profile, new ScheduleRequest(request.Now, InterruptibleWork.End(forecast, request), request.Duration));

    internal static CarbonIntensity Whole(double mean) => new((long)Math.Round(mean));
}
