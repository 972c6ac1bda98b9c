using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Carbon.Grid;

namespace ModelOperator.Carbon.Tests.Grid;

public sealed class GridTimelineTests
{
    [Fact]
    public void What_happened_replaces_what_was_forecast_and_never_the_other_way_round()
    {
        var forecast = Grids.Timeline(Grids.Slot(0, 100, IntensityQuality.Forecast), Grids.Slot(1, 110, IntensityQuality.Forecast));
        var known = forecast.Merge([Grids.Slot(0, 90)], Grids.Noon.AddDays(-8));
        Assert.Equal("0..1=90M 1..2=110F", Grids.Text(known.Slots));
        Assert.Equal("0..1=90M 1..2=120F", Grids.Text(known.Merge([Grids.Slot(0, 70, IntensityQuality.Forecast), Grids.Slot(1, 120, IntensityQuality.Forecast)], Grids.Noon.AddDays(-8)).Slots));
    }

    [Fact]
    public void The_first_source_wins_over_the_second_and_a_correction_of_its_own_over_both()
    {
        var both = Grids.Timeline(Grids.Slot(0, 300, rank: 1)).Merge([Grids.Slot(0, 200, IntensityQuality.Estimated)], Grids.Noon.AddDays(-8));
        Assert.Equal("0..1=200E", Grids.Text(both.Slots));
        Assert.Equal("0..1=200E", Grids.Text(both.Merge([Grids.Slot(0, 310, rank: 1)], Grids.Noon.AddDays(-8)).Slots));
        Assert.Equal("0..1=210M", Grids.Text(both.Merge([Grids.Slot(0, 210)], Grids.Noon.AddDays(-8)).Slots));
    }

    [Fact]
    public void Slots_of_different_lengths_are_cut_at_each_others_edges()
    {
        var hour = Grids.Timeline(Grids.Slot(0, 100, IntensityQuality.Forecast));
        Assert.Equal("0..0.25=100F 0.25..0.5=50M 0.5..1=100F", Grids.Text(hour.Merge([Grids.Slot(0.25, 50, hours: 0.25)], Grids.Noon.AddDays(-8)).Slots));
    }

    [Fact]
    public void What_is_old_is_forgotten() =>
        Assert.Equal("0.5..1=100M 1..2=110M", Grids.Text(Grids.Timeline(Grids.Slot(-3, 90), Grids.Slot(0, 100)).Merge([Grids.Slot(1, 110)], Grids.Noon.AddHours(0.5)).Slots));

    [Fact]
    public void However_answers_come_the_timeline_has_no_overlap_and_at_each_instant_the_best_of_what_was_said()
    {
        var slots = from start in Gen.Choose(0, 40)
                    from length in Gen.Choose(1, 8)
                    from grams in Gen.Choose(1, 900)
                    from kind in Gen.Choose(0, 2)
                    from rank in Gen.Choose(0, 2)
                    select Grids.Slot(start / 4.0, grams, (IntensityQuality)kind, rank, length / 4.0);
        Prop.ForAll(slots.NonEmptyListOf().ToArbitrary(), said =>
        {
            var timeline = said.Aggregate(GridTimeline<AverageSignal>.Empty, (all, slot) => all.Merge([slot], Grids.Noon.AddDays(-8)));
            Assert.All(timeline.Slots.Skip(1).Zip(timeline.Slots), pair => Assert.True(pair.First.Start >= pair.Second.End));
            for (var at = Grids.Noon.AddMinutes(5); at < Grids.Noon.AddHours(13); at = at.AddMinutes(15))
            {
                var best = said.Where(s => s.Start <= at && at < s.End)
                    .Select((slot, index) => (slot, index))
                    .OrderBy(s => s.slot.Quality == IntensityQuality.Forecast).ThenBy(s => s.slot.SourceRank).ThenBy(s => s.slot.Quality).ThenByDescending(s => s.index)
                    .Select(s => (CarbonIntensity?)s.slot.Intensity).FirstOrDefault();
                var kept = timeline.Slots.Where(s => s.Start <= at && at < s.End).Select(s => (CarbonIntensity?)s.Intensity).SingleOrDefault();
                Assert.Equal(best, kept);
            }
        }).QuickCheckThrowOnFailure();
    }
}
