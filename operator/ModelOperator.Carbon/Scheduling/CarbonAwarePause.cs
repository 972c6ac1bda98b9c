using ModelOperator.Carbon.Grid;

namespace ModelOperator.Carbon.Scheduling;

/// <summary>
/// Go on or pause: asked again and again while interruptible work is under way. A pause begins only where what would be done in the next minimum run is cleaner later by the least gain, the
/// resume's cost included; that, and the minimum run itself, keep a forecast that trembles from pausing and resuming work in turns. What nobody knows pauses nothing.
/// </summary>
public static class CarbonAwarePause
{
    /// <summary>Decides; a decision that waits pauses until its start, for <see cref="CarbonAwareStart"/> to look after.</summary>
    /// <param name="forecast">What is expected from now on; null when nothing is.</param>
    /// <param name="request">What is left of the work, with its minimum run; its latest start is when it must go on after a pause.</param>
    /// <exception cref="ArgumentException">The request has no minimum run.</exception>
    public static StartDecision Decide(DecisionForecast? forecast, StartRequest request)
    {
        if (request.MinimumRun is not { } least)
            throw new ArgumentException("only work that may be interrupted is paused", nameof(request));
        if (request.Now >= request.LatestStart)
            return new(StartReason.Deadline, request.Now);
        if (forecast is null || InterruptibleWork.Best(forecast, request, atWork: true) is not { } best)
            return new(StartReason.Unknown, request.Now);
        var immediate = best.ImmediateIntensity;
        if (immediate <= request.CleanEnough?.MilligramsPerKilowattHour)
            return GoOn(StartReason.CleanEnough, null);
        if (best.Runs[0].Start <= request.Now)
            return GoOn(StartReason.NoneCleaner, best.Runs.Count > 1 ? best.Runs[0].End : null);
        // A rest that is shorter than a minimum run would have to be resumed for less than that.
        if (request.Duration <= least || forecast.Profile.Mean(request.Now, request.Now + least) is not { } next)
            return GoOn(StartReason.NoneCleaner, null);
        var goingOn = InterruptibleWork.MeanFrom(forecast, request);
        if ((goingOn - best.MeanIntensity) * request.Duration.Ticks < request.LeastGain * next.MilligramsPerKilowattHour * least.Ticks)
            return GoOn(StartReason.NoneCleaner, null);
        return new(StartReason.Waiting, best.Runs[0].Start) { Immediate = CarbonAwareStart.Whole(immediate), Chosen = CarbonAwareStart.Whole(best.MeanIntensity) };

        StartDecision GoOn(StartReason reason, DateTimeOffset? until) => new(reason, request.Now) { Immediate = CarbonAwareStart.Whole(immediate), Chosen = CarbonAwareStart.Whole(immediate), Until = until };
    }
}
