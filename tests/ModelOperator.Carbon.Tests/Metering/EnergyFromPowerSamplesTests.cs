using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Carbon.Metering;

namespace ModelOperator.Carbon.Tests.Metering;

public class EnergyFromPowerSamplesTests
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static DateTimeOffset At(double seconds) => T0.AddSeconds(seconds);

    private static PowerSample[] Samples(params (double Second, double Watts)[] samples) =>
        [.. samples.Select(s => new PowerSample(At(s.Second), s.Watts))];

    [Fact]
    public void Trapezoids_add_up()
    {
        var reading = EnergyFromPowerSamples.Integrate(Samples((0, 100), (10, 300), (20, 300)), At(0), At(20));
        Assert.Equal((2_000.0 + 3_000.0), reading.Joules, 9);
        Assert.Equal(EnergyFlags.None, reading.Flags);
        Assert.Equal(1.0, reading.Coverage);
        Assert.Equal(EnergyQuality.Good, reading.Quality);
        Assert.Equal(0, reading.EstimatedJoules);
        Assert.Equal(new Energy(1_389), reading.Energy);
    }

    [Fact]
    public void Order_does_not_matter() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(ushort Second, ushort Watts)[]>(), raw =>
        {
            var samples = raw.Select(r => new PowerSample(At(r.Second % 600), r.Watts)).ToArray();
            var forward = EnergyFromPowerSamples.Integrate(samples, At(0), At(600));
            var backward = EnergyFromPowerSamples.Integrate(samples.Reverse(), At(0), At(600));
            return forward.Joules.Equals(backward.Joules) && forward.Flags == backward.Flags;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Energy_lies_between_least_and_greatest_power_times_the_covered_time() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(ushort Second, ushort Watts)[]>(), raw =>
        {
            var samples = raw.Select(r => new PowerSample(At(r.Second % 600), r.Watts)).ToArray();
            var reading = EnergyFromPowerSamples.Integrate(samples, At(0), At(600));
            var seconds = reading.Segments.Sum(s => s.Duration.TotalSeconds);
            return samples.Length == 0
                ? reading.Joules == 0
                : reading.Joules >= (samples.Min(s => s.Watts) * seconds) - 1e-6 && reading.Joules <= (samples.Max(s => s.Watts) * seconds) + 1e-6;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Splitting_the_interval_conserves_energy_while_edges_are_inside() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(ushort Step, ushort Watts)[]>(), ArbMap.Default.ArbFor<ushort>(), (raw, cut) =>
        {
            var second = 0;
            var samples = raw.Select(r => new PowerSample(At(second += 1 + (r.Step % 20)), r.Watts)).ToArray();
            if (samples.Length < 2 || (samples[^1].At - samples[0].At).TotalSeconds < 2)
                return true;
            var (start, end) = (samples[0].At, samples[^1].At);
            var middle = start.AddTicks(1 + (cut * (end - start).Ticks / (ushort.MaxValue + 2)));
            var whole = EnergyFromPowerSamples.Integrate(samples, start, end).Joules;
            var parts = EnergyFromPowerSamples.Integrate(samples, start, middle).Joules
                + EnergyFromPowerSamples.Integrate(samples, middle, end).Joules;
            return Math.Abs(whole - parts) <= 1e-9 * Math.Max(1, whole);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1)]
    [InlineData(2147483632)]
    [InlineData(140737488355328)]
    [InlineData(9223372036854775794)]
    public void What_is_no_power_is_rejected_not_clamped(double watts)
    {
        var reading = EnergyFromPowerSamples.Integrate(Samples((0, 100), (10, watts), (20, 100)), At(0), At(20));
        Assert.Equal(2_000, reading.Joules, 9);
        Assert.Equal(EnergyFlags.RejectedReadings, reading.Flags);
    }

    [Fact]
    public void Equal_samples_count_once()
    {
        var reading = EnergyFromPowerSamples.Integrate(Samples((0, 100), (0, 100), (10, 100), (10, 100)), At(0), At(10));
        Assert.Equal(1_000, reading.Joules, 9);
        Assert.Equal(EnergyFlags.Duplicates, reading.Flags);
    }

    [Fact]
    public void Of_two_values_at_one_time_the_larger_counts()
    {
        var reading = EnergyFromPowerSamples.Integrate(Samples((0, 50), (0, 100), (10, 100)), At(0), At(10));
        Assert.Equal(1_000, reading.Joules, 9);
        Assert.Equal(EnergyFlags.ConflictingReadings, reading.Flags);
    }

    [Fact]
    public void A_long_gap_is_filled_with_the_mean_of_its_ends_and_counts_as_estimated()
    {
        var reading = EnergyFromPowerSamples.Integrate(Samples((0, 100), (30, 100), (130, 300), (160, 300)), At(0), At(160));
        Assert.Equal(3_000 + 20_000 + 9_000, reading.Joules, 6);
        Assert.Equal(20_000, reading.EstimatedJoules, 6);
        Assert.Equal(60.0 / 160, reading.Coverage, 12);
        Assert.Equal(EnergyFlags.LongGap, reading.Flags);
        Assert.Equal(EnergyQuality.Poor, reading.Quality);
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(60.001, false)]
    public void A_gap_is_long_beyond_sixty_seconds_at_a_scrape_of_fifteen(double gap, bool measured)
    {
        var reading = EnergyFromPowerSamples.Integrate(Samples((0, 100), (gap, 100)), At(0), At(gap));
        Assert.Equal(measured, reading.Segments[0].Measured);
    }

    [Fact]
    public void A_slower_scrape_permits_longer_gaps()
    {
        var options = new MeteringOptions(TimeSpan.FromSeconds(30));
        Assert.Equal(TimeSpan.FromSeconds(120), options.MaxGap);
        Assert.Equal(TimeSpan.FromSeconds(30), options.EdgeHold);
        Assert.Equal(TimeSpan.FromSeconds(60), MeteringOptions.Default.MaxGap);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MeteringOptions(TimeSpan.Zero));
    }

    [Fact]
    public void Edges_are_held_for_one_scrape_and_the_rest_stays_uncovered()
    {
        var reading = EnergyFromPowerSamples.Integrate(Samples((20, 100), (30, 200)), At(0), At(60));
        Assert.Equal((15 * 100) + 1_500 + (15 * 200), reading.Joules, 9);
        Assert.Equal((15 * 100) + (15 * 200), reading.EstimatedJoules, 9);
        Assert.Equal(EnergyFlags.EdgeHeld | EnergyFlags.Uncovered, reading.Flags);
        Assert.Equal(10.0 / 60, reading.Coverage, 12);
    }

    [Fact]
    public void One_sample_is_only_held()
    {
        var reading = EnergyFromPowerSamples.Integrate(Samples((10, 100)), At(0), At(20));
        Assert.Equal(2_000, reading.Joules, 9);
        Assert.Equal(2_000, reading.EstimatedJoules, 9);
        Assert.Equal(EnergyFlags.EdgeHeld, reading.Flags);
        Assert.Equal(EnergyQuality.None, reading.Quality);
    }

    [Fact]
    public void Samples_around_the_interval_are_cut_at_its_edges_with_interpolated_power()
    {
        var reading = EnergyFromPowerSamples.Integrate(Samples((-10, 0), (10, 200), (30, 200)), At(0), At(20));
        Assert.Equal((150 * 10) + 2_000, reading.Joules, 9);
        Assert.Equal(EnergyFlags.None, reading.Flags);
    }

    [Fact]
    public void Nothing_gives_nothing_and_says_so()
    {
        var reading = EnergyFromPowerSamples.Integrate([], At(0), At(60));
        Assert.Equal(0, reading.Joules);
        Assert.Equal(EnergyFlags.Uncovered, reading.Flags);
        Assert.Equal(EnergyQuality.None, reading.Quality);
    }

    [Fact]
    public void Half_coverage_is_partial()
    {
        var reading = EnergyFromPowerSamples.Integrate(Samples((0, 1), (50, 1)), At(0), At(100));
        Assert.Equal(EnergyQuality.Partial, reading.Quality);
    }

    [Fact]
    public void An_interval_ends_after_it_starts()
    {
        Assert.Throws<ArgumentException>(() => EnergyFromPowerSamples.Integrate([], At(1), At(1)));
        Assert.Throws<ArgumentException>(() => EnergySegment.Uniform(At(1), At(1), 5, true));
    }
}
