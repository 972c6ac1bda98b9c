using ModelOperator.Api;
using System.Globalization;
using ModelOperator.Carbon.Grid;

namespace ModelOperator.CanaryDeployments;

/// <summary>The carbon gate: a step up waits while the grid is known to be dirtier than allowed, for a bounded time. What is not known delays nothing.</summary>
public static class CanaryCarbon
{
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(5);

    /// <summary>True when the grid's intensity may matter to a decision.</summary>
    internal static bool Asks(V1CanaryDeployment canary) => canary is { Spec.Carbon: not null, Status.CanaryVersion: not null };

    /// <summary>The move, which gives the canary more weight, or the wait that comes before it.</summary>
    internal static CanaryMove BeforeStepUp(CanaryContext c, CanaryDeploymentStatus status, CanaryJudgement judged, CanaryMove move)
    {
        if (c.Spec.Carbon is not { } gate || !RaisesWeight(c, status, move))
            return move;
        if (Known(c.Seen.Grid, c.Now) is not { } grid)
            return Told(move, true, CanaryGateReasons.CarbonIntensityUnknown, $"Nothing is known of the intensity of zone {c.Seen.Grid?.Zone ?? gate.Zone ?? "?"} now; the step up does not wait for it.");
        var delay = Running(c) ?? new() { Since = c.Now, Until = c.Now.AddSeconds(gate.MaxDelaySeconds) };
        var sentence = string.Create(CultureInfo.InvariantCulture, $"zone {c.Seen.Grid!.Zone} has {grid.Intensity} ({grid.Quality}, {grid.Source}); spec.carbon.maxIntensity is {gate.MaxIntensity}");
        if (grid.Intensity.GramsPerKilowattHour <= gate.MaxIntensity)
            return Running(c) is null ? move : Told(move, false, CanaryGateReasons.CarbonIntensityLow, $"The step up waited {Seconds(c.Now - delay.Since)} s: {sentence}.");
        if (c.Now >= delay.Until)
            return Told(move, true, CanaryGateReasons.CarbonDelayOver, $"The step up waited {Seconds(c.Now - delay.Since)} s for a cleaner grid, and waits no longer: {sentence}.");
        var left = delay.Until - c.Now;
        return CanaryProgress.Hold(
            c, status with { Carbon = delay }, CanaryProgress.Resting(status), CanaryGateReasons.CarbonIntensityHigh,
            CanaryProgress.Steady(c, CanaryGateReasons.CarbonIntensityHigh, "The step up waits ",
                $"until {UtcText.Of(delay.Until)} at the latest: {sentence}. Commands: promote, abort."),
            CanaryHealth.Paused, [], new[] { left, Look, judged.NextLook(c) ?? Look }.Min());
    }

    /// <summary>The wait of the current step; null when there is none.</summary>
    internal static CanaryCarbonDelay? Running(CanaryContext c) => c.Status.Carbon is { } delay && delay.Since >= (c.Status.StepStartedAt ?? DateTimeOffset.MinValue) ? delay : null;

    /// <summary>Forgets a wait that is over.</summary>
    internal static CanaryMove Settle(CanaryContext c, CanaryMove move)
    {
        var over = move.Status.Carbon is not null && (move.Status.CanaryVersion is null || move.Status.CanaryVersion != c.Status.CanaryVersion
            || move.Status.StepStartedAt != c.Status.StepStartedAt || CanaryDefaults.TakesAll(move.Status.Phase));
        return over ? move with { Status = move.Status with { Carbon = null } } : move;
    }

    /// <summary>What a source says of now. The mean of the same hour and the yearly table say nothing of now.</summary>
    private static IntensityPart? Known(ZoneIntensity<AverageSignal>? grid, DateTimeOffset now) =>
        grid?.At(now) is { Quality: <= IntensityQuality.Stale } part ? part : null;

    private static bool RaisesWeight(CanaryContext c, CanaryDeploymentStatus status, CanaryMove move) =>
        CanaryConfirmation.StepUp(c, status, move) is { } type
        && (type == CanaryWebhookType.ConfirmPromotion || c.Steps[move.Status.StepIndex!.Value].SetWeight > status.Weights?.Canary);

    private static CanaryMove Told(CanaryMove move, bool warning, string reason, string message) => move with { Notes = move.Notes.Insert(0, new(warning, reason, message)) };

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString(CultureInfo.InvariantCulture);
}
