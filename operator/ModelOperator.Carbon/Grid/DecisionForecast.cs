using ModelOperator.Carbon.Accounting;

namespace ModelOperator.Carbon.Grid;

/// <summary>What is expected of a grid from a moment on, to decide with: one signal, without gaps, as far as anybody can tell.</summary>
/// <param name="Profile">The expected intensities.</param>
/// <param name="Until">Where they end.</param>
/// <param name="Basis">Where they come from, for people.</param>
public sealed record DecisionForecast(IntensityProfile Profile, DateTimeOffset Until, string Basis)
{
    // A past that ended longer ago says too little about what comes.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromDays(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>
    /// Marginal figures where they reach as far as the work would when started at once, else averages, never both. Hours that the source forecasts are taken
    /// from it, the others from the hours before them (<see cref="HistoryForecast"/>). The yearly table forecasts nothing.
    /// </summary>
    /// <param name="marginal">Marginal figures of the zone.</param>
    /// <param name="average">Average figures of the zone.</param>
    /// <param name="now">The time.</param>
    /// <param name="end">End of the time of interest.</param>
    /// <param name="least">How far the figures must reach.</param>
    /// <returns>Null when neither reaches that far.</returns>
    public static DecisionForecast? Of(
        ZoneIntensity<MarginalSignal>? marginal, ZoneIntensity<AverageSignal>? average, DateTimeOffset now, DateTimeOffset end, DateTimeOffset least) =>
        One(marginal, now, end, least) ?? One(average, now, end, least);

    private static DecisionForecast? One<TSignal>(ZoneIntensity<TSignal>? zone, DateTimeOffset now, DateTimeOffset end, DateTimeOffset least)
        where TSignal : struct, IGridSignal
    {
        if (zone is not { HasSources: true })
            return null;
        var slots = new List<IntensitySlot>();
        var history = new Lazy<(DateTimeOffset First, IReadOnlyList<double> Hours)>(() => History(zone.Timeline, now, end));
        var (at, forecast, past) = (now, false, false);
        foreach (var slot in zone.Timeline.Slots.Where(s => s.End > now && s.Start < end))
        {
            past |= slot.Start > at;
            if (slot.Start > at && !Fill(slots, history.Value, ref at, slot.Start))
                break;
            forecast |= slot.Quality == IntensityQuality.Forecast;
            var until = slot.End < end ? slot.End : end;
            slots.Add(new(at, until, slot.Intensity, Estimated: slot.Quality > IntensityQuality.Measured));
            at = until;
        }

        past |= at < end;
        Fill(slots, history.Value, ref at, end);
        if (at < least)
            return null;
        var source = zone.Timeline.Slots[^1].Source;
        var basis = (forecast, past) switch
        {
            (true, true) => $"forecast of {source}, beyond it the same hours of the last days",
            (true, false) => $"forecast of {source}",
            _ => $"the same hours of the last days, {source}",
        };
        return new(new IntensityProfile(TSignal.Kind, zone.Zone, slots), at, basis);
    }

    private static bool Fill(List<IntensitySlot> slots, (DateTimeOffset First, IReadOnlyList<double> Hours) history, ref DateTimeOffset at, DateTimeOffset end)
    {
        while (at < end)
        {
            var index = (int)Math.Floor((at - history.First) / Hour);
            if (index < 0 || index >= history.Hours.Count)
                return false;
            var until = history.First + ((index + 1) * Hour) is var edge && edge < end ? edge : end;
            slots.Add(new(at, until, new CarbonIntensity((long)Math.Round(history.Hours[index])), Estimated: true));
            at = until;
        }

        return true;
    }

    /// <summary>The hours after the last known one, as the hours before say; none when they cannot.</summary>
    private static (DateTimeOffset First, IReadOnlyList<double> Hours) History<TSignal>(GridTimeline<TSignal> timeline, DateTimeOffset now, DateTimeOffset end)
        where TSignal : struct, IGridSignal
    {
        if (timeline.LastKnown is not { } last || last.End < now - LongestSilence)
            return (now, []);
        var first = ClockHours.StartOf(last.End);
        var (sums, ticks) = (new double[HistoryForecast.Hours], new long[HistoryForecast.Hours]);
        var from = first - (HistoryForecast.Hours * Hour);
        foreach (var slot in timeline.Slots.Where(s => s.Quality != IntensityQuality.Forecast && s.End > from))
        {
            for (var at = slot.Start > from ? slot.Start : from; at < slot.End && at < first;)
            {
                var index = (int)((at - from).Ticks / Hour.Ticks);
                var until = from + ((index + 1) * Hour) is var edge && edge < slot.End ? edge : slot.End;
                sums[index] += (double)slot.Intensity.MilligramsPerKilowattHour * (until - at).Ticks;
                ticks[index] += (until - at).Ticks;
                at = until;
            }
        }

        var past = sums.Zip(ticks, static (sum, time) => time > 0 ? sum / time : (double?)null).ToList();
        return (first, HistoryForecast.Predict(past, Math.Max(0, (int)Math.Ceiling((end - first) / Hour))));
    }
}
