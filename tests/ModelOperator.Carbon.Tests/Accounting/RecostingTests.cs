using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Grid;
using ModelOperator.Carbon.Tests.Grid;

namespace ModelOperator.Carbon.Tests.Accounting;

public sealed class RecostingTests
{
    private static readonly PowerUsageEffectiveness Pue = new(1_200);

    [Theory]
    [InlineData(IntensityQuality.Yearly, 240)]
    [InlineData(IntensityQuality.SameHour, 240)]
    [InlineData(IntensityQuality.Stale, 240)]
    [InlineData(IntensityQuality.Forecast, 240)]
    [InlineData(IntensityQuality.Estimated, 240)]
    [InlineData(IntensityQuality.Measured, null)]
    public void An_hour_of_a_worse_quality_is_costed_by_what_was_measured(IntensityQuality booked, int? expected)
    {
        // 1 Wh x 1.2 x 200 g/kWh = 240 mg.
        var better = Recosting.Better(Booked(booked), Pue, Grids.Zone(Grids.Slot(0, 200)));
        Assert.Equal(expected, (int?)better?.Emissions.Milligrams);
        if (better is null)
            return;
        Assert.Equal((200_000, IntensityQuality.Measured, 1_000), (better.Intensity.MilligramsPerKilowattHour, better.Quality, better.Energy.MilliwattHours));
        Assert.Null(Recosting.Better(better, Pue, Grids.Zone(Grids.Slot(0, 200))));
    }

    [Fact]
    public void An_hour_is_no_better_than_its_worst_part()
    {
        var half = Grids.Zone(Grids.Slot(0, 200) with { End = Grids.Noon.AddMinutes(30) });
        Assert.Null(Recosting.Better(Booked(IntensityQuality.Stale), Pue, half));
        Assert.Equal(IntensityQuality.Stale, Recosting.Better(Booked(IntensityQuality.Yearly), Pue, half)!.Quality);
    }

    [Fact]
    public void Two_halves_count_by_their_time()
    {
        var zone = Grids.Zone(
            Grids.Slot(0, 100) with { End = Grids.Noon.AddMinutes(15) }, Grids.Slot(0, 300) with { Start = Grids.Noon.AddMinutes(15) });
        Assert.Equal(250_000, Recosting.Better(Booked(IntensityQuality.Yearly), Pue, zone)!.Intensity.MilligramsPerKilowattHour);
    }

    [Fact]
    public void Nothing_known_changes_nothing() => Assert.Null(Recosting.Better(Booked(IntensityQuality.Yearly), Pue, Grids.Zone()));

    private static HourlyEnergy Booked(IntensityQuality quality) =>
        new(Grids.Noon, TimeSpan.FromHours(1), new(1_000), new(999), new(832_500), quality, "table");
}
