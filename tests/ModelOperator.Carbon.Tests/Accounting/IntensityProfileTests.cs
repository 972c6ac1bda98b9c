using ModelOperator.Carbon.Accounting;

namespace ModelOperator.Carbon.Tests.Accounting;

public class IntensityProfileTests
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static IntensitySlot Slot(int from, int to, long milligrams) => new(T0.AddHours(from), T0.AddHours(to), new(milligrams));

    private static IntensityProfile Profile(CarbonIntensity? fallback, params IntensitySlot[] slots) =>
        new(IntensitySignal.Marginal, "test", slots, fallback);

    [Fact]
    public void Slots_are_put_in_order()
    {
        var profile = Profile(null, Slot(1, 2, 20), Slot(0, 1, 10));
        Assert.Equal([10, 20], profile.Slots.Select(s => s.Intensity.MilligramsPerKilowattHour));
        Assert.Equal((IntensitySignal.Marginal, "test"), (profile.Signal, profile.Source));
    }

    [Fact]
    public void Overlapping_and_empty_slots_are_refused_by_time()
    {
        var overlap = Assert.Throws<ArgumentException>(() => Profile(null, Slot(0, 2, 1), Slot(1, 3, 1)));
        Assert.Contains("2026-03-01T01:00:00Z overlaps", overlap.Message, StringComparison.Ordinal);
        var empty = Assert.Throws<ArgumentException>(() => Profile(null, Slot(1, 1, 1)));
        Assert.Contains("2026-03-01T01:00:00Z does not end", empty.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interval_is_covered_without_gap_or_overlap()
    {
        var pieces = Profile(new(99), Slot(1, 2, 10), Slot(4, 6, 20), Slot(8, 9, 30)).Split(T0, T0.AddHours(7)).ToList();
        Assert.Equal([99, 10, 99, 20, 99], pieces.Select(p => p.Intensity!.Value.MilligramsPerKilowattHour));
        Assert.Equal([true, false, true, false, true], pieces.Select(p => p.IsFallback));
        Assert.Equal(T0, pieces[0].Start);
        Assert.Equal(T0.AddHours(7), pieces[^1].End);
        Assert.All(pieces.Zip(pieces.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.Start));
    }

    [Fact]
    public void An_interval_within_one_slot_is_one_piece()
    {
        var pieces = Profile(null, Slot(0, 9, 10), Slot(9, 10, 20)).Split(T0.AddHours(3), T0.AddHours(4));
        Assert.Equal(new IntensityPiece(T0.AddHours(3), T0.AddHours(4), new(10), false), Assert.Single(pieces));
    }

    [Fact]
    public void A_slot_that_ends_where_the_interval_starts_has_no_piece_in_it()
    {
        var pieces = Profile(null, Slot(0, 1, 10), Slot(1, 2, 20)).Split(T0.AddHours(1), T0.AddHours(2));
        Assert.Equal(20, Assert.Single(pieces).Intensity!.Value.MilligramsPerKilowattHour);
    }

    [Fact]
    public void Any_hour_of_a_long_profile_finds_its_slot()
    {
        var profile = Profile(null, [.. Enumerable.Range(0, 101).Select(h => Slot(h, h + 1, h))]);
        Assert.All(Enumerable.Range(0, 101), h => Assert.Equal(h, profile.Mean(T0.AddHours(h + 0.2), T0.AddHours(h + 0.7))!.Value.MilligramsPerKilowattHour));
    }

    [Fact]
    public void The_mean_is_weighted_by_time_and_rounded_up()
    {
        var profile = Profile(null, Slot(0, 1, 100), Slot(1, 4, 201));
        Assert.Equal(176, profile.Mean(T0, T0.AddHours(4))!.Value.MilligramsPerKilowattHour); // (100 + 3 * 201) / 4 = 175.75
        Assert.Null(profile.Mean(T0, T0.AddHours(5)));
        Assert.Throws<ArgumentException>(() => profile.Mean(T0, T0));
    }
}
