using ModelOperator.Carbon.Grid;

namespace ModelOperator.Carbon.Tests.Grid;

/// <summary>Slots to start tests from: hours of one Saturday, g/kWh.</summary>
internal static class Grids
{
    internal static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    internal static GridSlot Slot(double hour, double grams, IntensityQuality quality = IntensityQuality.Measured, int rank = 0, double hours = 1) => new(
        Noon.AddHours(hour), Noon.AddHours(hour + hours), CarbonIntensity.FromGramsPerKilowattHour((decimal)grams), quality, "source " + rank, rank);

    internal static GridTimeline<AverageSignal> Timeline(params GridSlot[] slots) => GridTimeline<AverageSignal>.Empty.Merge(slots, Noon.AddDays(-8));

    /// <summary>A zone whose table value is 400 g/kWh.</summary>
    internal static ZoneIntensity<AverageSignal> Zone(params GridSlot[] slots) => new("Z", Timeline(slots), CarbonIntensity.FromGramsPerKilowattHour(400), "table");

    internal static string Text(IEnumerable<GridSlot> slots) =>
        string.Join(" ", slots.Select(s => FormattableString.Invariant($"{(s.Start - Noon).TotalHours}..{(s.End - Noon).TotalHours}={s.Intensity.GramsPerKilowattHour:0.#}{s.Quality.ToString()[0]}")));

    internal static string Text(IEnumerable<IntensityPart> parts) =>
        string.Join(" ", parts.Select(p => FormattableString.Invariant($"{(p.Start - Noon).TotalHours}..{(p.End - Noon).TotalHours}={p.Intensity.GramsPerKilowattHour:0.#} {p.Quality}")));
}
