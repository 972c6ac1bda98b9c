using System.Globalization;
using ModelOperator.Api;
using ModelOperator.Carbon;
using ModelOperator.Carbon.Grid;
using ModelOperator.Carbon.Scheduling;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.TrainingRuns.Sweeps;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// Carbon-aware start: before a run asks any budget it waits for the time inside its schedule that is expected to cause the least emissions. While it waits it
/// holds nothing and stands in no line. Once it goes on it goes on: budgets and lines may delay it further, and attempts after the first never wait.
/// </summary>
public static partial class TrainingRunPlanner
{
    /// <summary>Time between two looks at the forecast.</summary>
    public static readonly TimeSpan ForecastRefresh = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan StartUp = TimeSpan.FromMinutes(10);
    private const double Safety = 1.25;

    /// <summary>True for a run that the grid may still keep from starting.</summary>
    internal static bool MayWait(V1TrainingRun run) =>
        run.Spec.Carbon?.Schedule is not null && run.Status is not ({ Attempts.Execution: > 0 } or { Estimate: not null } or { CarbonStart.Released: true })
        && run.Status?.Phase is not (TrainingRunPhase.Succeeded or TrainingRunPhase.Failed);

    private static bool WaitingForCleanerGrid(TrainingRunDraft draft)
    {
        if (draft.Counts.Execution > 0 || draft.Status.CarbonStart is { Released: true })
            return false;
        if (draft.Run.Spec.Carbon?.Schedule is not { } schedule)
        {
            if (draft.Status.CarbonStart is not null)
                Release(draft, TrainingRunReasons.ImmediateStart, "The schedule is gone from the spec.", null);
            return false;
        }

        // What has asked a budget goes on: it may hold something already.
        if (draft.Status.Estimate is not null || draft.Observed.Holding.Count > 0)
            return false;
        if (schedule.Policy == TrainingSchedulePolicy.Immediate)
            return Release(draft, TrainingRunReasons.ImmediateStart, "The schedule's policy is Immediate.", null);
        var (latest, duration) = Latest(draft, schedule);
        var forecast = DecisionForecast.Of(draft.Observed.MarginalGrid, draft.Observed.Grid, draft.Now, latest + duration, draft.Now + duration);
        var request = new StartRequest(draft.Now, latest, duration)
        {
            CleanEnough = schedule.StartBelowGramsPerKwh is { } grams ? CarbonIntensity.FromGramsPerKilowattHour(grams) : null,
        };
        var decision = CarbonAwareStart.Decide(forecast, request, draft.Status.CarbonStart?.StartTime);
        return decision.Waits ? Wait(draft, decision, forecast, latest) : Go(draft, decision, forecast, latest);
    }

    /// <summary>Latest start and expected time of work.</summary>
    private static (DateTimeOffset Latest, TimeSpan Duration) Latest(TrainingRunDraft draft, TrainingCarbonSchedule schedule)
    {
        // The trials of a sweep are planned one after another, as many at once as it allows.
        var rounds = draft.Run.Spec.Sweep is { } sweep ? SweepRungs.Rounds(sweep) : 1;
        var active = TimeSpan.FromSeconds(draft.Deadlines.ActiveSeconds) * rounds;
        var (duration, safe) = draft.Run.Spec.Carbon?.ExpectedSeconds is { } seconds && TimeSpan.FromSeconds(seconds) * rounds is var expected && expected < active
            ? (expected, expected * Safety < active ? expected * Safety : active)
            : (active, active);
        var latest = (draft.Run.Metadata.CreationTimestamp ?? draft.Status.StartTime ?? draft.Now).AddSeconds(schedule.MaxDelaySeconds ?? TrainingCarbonSchedule.LongestDelaySeconds);
        if (schedule.CompleteBy is { } by && by - safe - StartUp < latest)
            latest = by - safe - StartUp;
        return (latest.WholeSeconds(), duration);
    }

    private static bool Wait(TrainingRunDraft draft, StartDecision decision, DecisionForecast? forecast, DateTimeOffset latest)
    {
        var start = decision.Start.WholeSeconds();
        if (draft.Status.CarbonStart is not { } before || before.StartTime != start || before.LatestStartTime != latest || (forecast is not null && before.Signal != forecast.Profile.Signal.ToString()))
        {
            draft.Status = draft.Status with { CarbonStart = Expect(draft, decision with { Start = start }, forecast, latest) };
            if (draft.Run.Status?.CarbonStart is { } moved && moved.StartTime != start)
                draft.Tell(EventNote.Normal("LowCarbonWindowMoved", $"The forecast has changed: the run starts at {Time(start)}, not {Time(moved.StartTime)}."));
        }

        var chosen = draft.Status.CarbonStart!;
        var message = forecast is null
            ? $"Starts at {Time(start)}, as was decided before; nothing is known of the grid to decide anew with."
            : $"Starts at {Time(start)}{Expected(chosen)}; at {Time(latest)} at the latest.";
        draft.Condition(TrainingRunConditions.CarbonStart, false, TrainingRunReasons.WaitingForLowCarbonWindow, message);
        draft.Progressing(TrainingRunPhase.Queued, TrainingRunReasons.WaitingForLowCarbonWindow, message);
        draft.LookAgain(ForecastRefresh);
        draft.LookAgainAt(start);
        return true;
    }

    private static bool Go(TrainingRunDraft draft, StartDecision decision, DecisionForecast? forecast, DateTimeOffset latest)
    {
        var (reason, message) = decision.Reason switch
        {
            StartReason.ChosenTime => (TrainingRunReasons.LowCarbonWindow, "The time that was chosen for its cleaner grid has come."),
            StartReason.NoneCleaner => (TrainingRunReasons.NoCleanerWindow, $"No start until {Time(latest)} is expected to be cleaner by 1 % or more; {forecast?.Basis}."),
            StartReason.CleanEnough => (TrainingRunReasons.GridCleanEnough, $"{decision.Immediate} are expected, which is not above spec.carbon.schedule.startBelowGramsPerKwh."),
            StartReason.Deadline => (TrainingRunReasons.LatestStartReached, $"The latest start of the schedule was {Time(latest)}."),
            _ => (TrainingRunReasons.ForecastUnavailable, "No intensity source forecasts the time until the schedule's end, and too little of the past is known; the run does not wait for what nobody knows."),
        };
        // Expectations on record are those that the run waited by.
        return Release(draft, reason, message, draft.Status.CarbonStart is { Signal: not null } ? null : Expect(draft, decision, forecast, latest));
    }

    private static bool Release(TrainingRunDraft draft, string reason, string message, TrainingCarbonStart? decided)
    {
        var start = decided ?? draft.Status.CarbonStart ?? new TrainingCarbonStart { Since = draft.Now };
        draft.Status = draft.Status with { CarbonStart = start with { StartTime = draft.Now, Released = true } };
        draft.Condition(TrainingRunConditions.CarbonStart, true, reason, message);
        if (draft.Run.Status?.CarbonStart is not null)
            draft.Tell(EventNote.Normal(reason, message));
        return false;
    }

    /// <summary>The decision as it is put on record. The start to compare with stays that of the first decision, as long as the signal does.</summary>
    private static TrainingCarbonStart Expect(TrainingRunDraft draft, StartDecision decision, DecisionForecast? forecast, DateTimeOffset latest)
    {
        var before = draft.Status.CarbonStart;
        var next = (before ?? new TrainingCarbonStart { Since = draft.Now }) with { StartTime = decision.Start, LatestStartTime = latest };
        if (forecast is null || decision is not { Immediate: { } immediate, Chosen: { } chosen })
            return next;
        var signal = forecast.Profile.Signal.ToString();
        var first = before is { ImmediateIntensityMilligramsPerKwh: { } known } && before.Signal == signal ? known : immediate.MilligramsPerKilowattHour;
        var saved = first - chosen.MilligramsPerKilowattHour;
        var energy = draft.Estimate(out _)?.EnergyMilliwattHoursP50 ?? 0;
        return next with
        {
            Signal = signal,
            ImmediateIntensityMilligramsPerKwh = first,
            StartIntensityMilligramsPerKwh = chosen.MilligramsPerKilowattHour,
            ExpectedSavingMilligrams = (long)((Int128)saved * energy / 1_000_000),
            ExpectedSavingPercent = Percent(saved, first),
            Basis = $"{char.ToUpperInvariant(forecast.Basis[0])}{forecast.Basis[1..]}.",
        };
    }

    /// <summary>After an attempt: what all of them would have caused from the first decision on.</summary>
    private static void BookCarbonStart(TrainingRunDraft draft, EnergyRecord? used, long activeSeconds)
    {
        if (draft.Status.CarbonStart is not { } start || used is not { } energy)
            return;
        // The kubelet's times are whole seconds; a trainer may be quicker than one.
        var seconds = Math.Max(1, activeSeconds);
        var zone = draft.Observed.Grid ?? YearlyIntensity.Of(TrainingRunEstimates.ZoneOf(draft.Run.Spec, draft.Options));
        var booked = EmissionsAccount.Book(
            new Energy(energy.EnergyMilliwattHours), start.Since, start.Since.AddSeconds(seconds), new PowerUsageEffectiveness((int)energy.PueMilli), zone);
        var saved = booked.Emissions.Milligrams - energy.EmissionsMilligrams;
        var known = booked.Quality <= IntensityQuality.Forecast && Enum.TryParse<IntensityQuality>(energy.IntensityQuality, out var account) && account <= IntensityQuality.Forecast;
        draft.Status = draft.Status with
        {
            CarbonStart = start with
            {
                CounterfactualEmissionsMilligrams = booked.Emissions.Milligrams,
                CounterfactualQuality = booked.Quality.ToString(),
                RealisedSavingMilligrams = known ? saved : null,
                RealisedSavingPercent = known ? Percent(saved, booked.Emissions.Milligrams) : null,
            },
        };
    }

    private static int Percent(long part, long whole) => whole > 0 ? (int)Math.Round(100.0 * part / whole) : 0;

    private static string Expected(TrainingCarbonStart start) => start is { ImmediateIntensityMilligramsPerKwh: { } now, StartIntensityMilligramsPerKwh: { } then, Signal: { } signal }
        ? string.Create(CultureInfo.InvariantCulture, $", when {new CarbonIntensity(then)} ({signal}) are expected instead of {new CarbonIntensity(now)}")
        : "";
}
