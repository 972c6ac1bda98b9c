using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Carbon.Metering;

namespace ModelOperator.Carbon.Tests.Metering;

public class EnergyFromCounterTests
{
    private const ulong RaplRange = 262_143_328_850;
    private static readonly DateTimeOffset T0 = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly EnergyCounter Gpu = EnergyCounter.Nvml(new Power(700));
    private static readonly EnergyCounter Cpu = EnergyCounter.Rapl(RaplRange, new Power(250));

    private static DateTimeOffset At(double seconds) => T0.AddSeconds(seconds);

    private static CounterReading[] Readings(params (double Second, ulong? Value)[] readings) =>
        [.. readings.Select(r => new CounterReading(At(r.Second), r.Value))];

    private static PowerSample[] Constant(double watts, double seconds) =>
        [.. Enumerable.Range(0, (int)(seconds / 10) + 1).Select(i => new PowerSample(At(i * 10), watts))];

    [Fact]
    public void The_first_reading_is_a_baseline_and_adds_nothing()
    {
        var reading = EnergyFromCounter.Sum(Gpu, Readings((0, 5_000_000_000), (10, 5_004_000_000)), At(0), At(10));
        Assert.Equal(4_000_000 / 1e3, reading.Joules, 6);
        Assert.Equal(EnergyFlags.None, reading.Flags);
        Assert.Equal(EnergyQuality.Good, reading.Quality);
    }

    [Fact]
    public void One_reading_alone_says_nothing()
    {
        var reading = EnergyFromCounter.Sum(Gpu, Readings((5, 5_000_000_000)), At(0), At(10));
        Assert.Equal(0, reading.Joules);
        Assert.Equal(EnergyFlags.Uncovered, reading.Flags);
    }

    [Fact]
    public void Steps_add_up_over_long_gaps_too()
    {
        var reading = EnergyFromCounter.Sum(Gpu, Readings((0, 0), (3_600, 360_000_000)), At(0), At(3_600));
        Assert.Equal(360_000, reading.Joules, 6);
        Assert.Equal(1.0, reading.Coverage);
    }

    [Fact]
    public void Steps_are_cut_at_the_intervals_edges()
    {
        var reading = EnergyFromCounter.Sum(Gpu, Readings((0, 0), (20, 2_000_000), (40, 6_000_000), (60, 6_000_000)), At(10), At(30));
        Assert.Equal(1_000 + 2_000, reading.Joules, 6);
    }

    [Fact]
    public void A_failed_read_is_skipped_and_the_next_step_spans_it()
    {
        var reading = EnergyFromCounter.Sum(Gpu, Readings((0, 100_000_000), (10, null), (20, 101_500_000)), At(0), At(20));
        Assert.Equal(1_500, reading.Joules, 6);
        Assert.Equal(EnergyFlags.RejectedReadings, reading.Flags);
    }

    [Fact]
    public void A_read_that_failed_as_zero_books_no_false_energy()
    {
        var reading = EnergyFromCounter.Sum(
            Cpu, Readings((0, 100_000_000_000), (15, 100_500_000_000), (30, 0), (45, 101_500_000_000)), At(0), At(45));
        Assert.Equal(1_500, reading.Joules, 6);
        Assert.Equal(EnergyFlags.RejectedReadings, reading.Flags);
    }

    [Theory]
    [InlineData(0x7ffffff0UL)]
    [InlineData(0x7fffffffUL)]
    [InlineData(140_737_488_355_328UL)]
    [InlineData(140_737_488_355_331UL)]
    [InlineData(9_223_372_036_854_775_794UL)]
    [InlineData(ulong.MaxValue)]
    public void A_drivers_blank_value_is_no_count(ulong blank)
    {
        var reading = EnergyFromCounter.Sum(Gpu, Readings((0, 1_000), (10, blank), (20, 2_001_000)), At(0), At(20));
        Assert.Equal(2_000, reading.Joules, 6);
        Assert.Equal(EnergyFlags.RejectedReadings, reading.Flags);
    }

    [Theory]
    [InlineData(0x7fffffefUL)]
    [InlineData(0x80000000UL)]
    [InlineData(140_737_488_355_327UL)]
    [InlineData(140_737_488_355_344UL)]
    public void Values_beside_the_blanks_are_counts(ulong value)
    {
        var reading = EnergyFromCounter.Sum(Gpu, Readings((0, value), (10, value + 100_000)), At(0), At(10));
        Assert.Equal(100, reading.Joules, 6);
    }

    [Fact]
    public void Rapl_wraps_once()
    {
        var reading = EnergyFromCounter.Sum(Cpu, Readings((0, RaplRange - 500_000_000), (10, 1_000_000_000)), At(0), At(10));
        Assert.Equal(1_500, reading.Joules, 6);
        Assert.Equal(EnergyFlags.CounterWrapped, reading.Flags);
        Assert.Equal(1.0, reading.Coverage);
    }

    [Fact]
    public void A_rapl_decrease_that_no_power_explains_is_a_reset_and_a_lower_bound()
    {
        var reading = EnergyFromCounter.Sum(Cpu, Readings((0, 100_000_000_000), (10, 1_000_000_000)), At(0), At(10));
        Assert.Equal(1_000, reading.Joules, 6);
        Assert.Equal(1_000, reading.EstimatedJoules, 6);
        Assert.Equal(EnergyFlags.CounterReset, reading.Flags);
        Assert.Equal(0, reading.Coverage);
    }

    [Fact]
    public void A_rapl_value_beyond_its_range_is_rejected()
    {
        var reading = EnergyFromCounter.Sum(Cpu, Readings((0, 0), (10, RaplRange + 1), (20, 1_000_000_000)), At(0), At(20));
        Assert.Equal(1_000, reading.Joules, 6);
        Assert.Equal(EnergyFlags.RejectedReadings, reading.Flags);
    }

    [Theory]
    [InlineData(200, 2)]
    [InlineData(130, 1)]
    public void Several_wraps_are_counted_with_the_power_samples(double watts, int wraps)
    {
        // 3,000 s at up to 250 W can pass the range of 262,143 J twice.
        var joules = watts * 3_000;
        var after = (ulong)((joules * 1e6) - (wraps * (double)RaplRange));
        var reading = EnergyFromCounter.Sum(Cpu, Readings((0, 0), (3_000, after)), At(0), At(3_000), Constant(watts, 3_000));
        Assert.Equal(joules, reading.Joules, 0.01);
        Assert.Equal(EnergyFlags.CounterWrappedRepeatedly, reading.Flags);
        Assert.Equal(1.0, reading.Coverage);
    }

    [Fact]
    public void Wraps_are_counted_with_the_mean_of_the_time_that_power_samples_cover()
    {
        // Samples cover 1,800 of 3,000 s at 200 W; 600,000 J are two whole ranges and 75,713 J.
        var after = (ulong)((200 * 3_000 * 1e6) - (2 * (double)RaplRange));
        var reading = EnergyFromCounter.Sum(Cpu, Readings((0, 0), (3_000, after)), At(0), At(3_000), Constant(200, 1_800));
        Assert.Equal(600_000, reading.Joules, 0.01);
    }

    [Fact]
    public void Too_few_power_samples_decide_nothing()
    {
        var reading = EnergyFromCounter.Sum(
            Gpu, Readings((0, 900_000_000), (100, 2_000_000)), At(0), At(100), Constant(300, 40));
        Assert.Equal(2_000, reading.EstimatedJoules, 6);
        Assert.Equal(EnergyFlags.CounterReset, reading.Flags);
    }

    [Fact]
    public void Possible_repeated_wraps_without_power_samples_give_a_lower_bound_that_is_not_trusted()
    {
        var reading = EnergyFromCounter.Sum(Cpu, Readings((0, 0), (3_000, 75_713_342_300)), At(0), At(3_000));
        Assert.Equal(75_713.3423, reading.EstimatedJoules, 3);
        Assert.Equal(EnergyFlags.CounterWrappedRepeatedly, reading.Flags);
        Assert.Equal(EnergyQuality.None, reading.Quality);
    }

    [Fact]
    public void A_gpu_counter_that_falls_was_reset()
    {
        var reading = EnergyFromCounter.Sum(Gpu, Readings((0, 900_000_000), (10, 2_000_000), (20, 5_000_000)), At(0), At(20));
        Assert.Equal(2_000 + 3_000, reading.Joules, 6);
        Assert.Equal(2_000, reading.EstimatedJoules, 6);
        Assert.Equal(EnergyFlags.CounterReset, reading.Flags);
    }

    [Fact]
    public void What_a_reset_lost_is_filled_from_power_samples()
    {
        var reading = EnergyFromCounter.Sum(
            Gpu, Readings((0, 900_000_000), (10, 2_000_000), (20, 5_000_000)), At(0), At(20), Constant(300, 20));
        Assert.Equal(3_000 + 3_000, reading.Joules, 6);
        Assert.Equal(EnergyFlags.CounterReset | EnergyFlags.FilledFromPower, reading.Flags);
        Assert.Equal(1.0, reading.Coverage);
    }

    [Fact]
    public void A_step_beyond_the_devices_power_is_discarded()
    {
        var reading = EnergyFromCounter.Sum(Gpu, Readings((0, 0), (10, 900_000_000), (20, 903_000_000)), At(0), At(20));
        Assert.Equal(3_000 + 3_000, reading.Joules, 6);
        Assert.Equal(3_000, reading.EstimatedJoules, 6);
        Assert.True(reading.Flags.HasFlag(EnergyFlags.Implausible));
    }

    [Fact]
    public void A_discarded_step_is_filled_from_power_samples()
    {
        var reading = EnergyFromCounter.Sum(Gpu, Readings((0, 0), (10, 900_000_000), (20, 903_000_000)), At(0), At(20), Constant(300, 20));
        Assert.Equal(3_000 + 3_000, reading.Joules, 6);
        Assert.Equal(EnergyFlags.Implausible | EnergyFlags.FilledFromPower, reading.Flags);
    }

    [Theory]
    [InlineData(10_500_000UL, true)]
    [InlineData(10_500_001UL, false)]
    public void Plausible_is_up_to_one_and_a_half_times_the_power_limit(ulong millijoules, bool plausible)
    {
        var reading = EnergyFromCounter.Sum(Gpu, Readings((0, 0), (10, millijoules)), At(0), At(10));
        Assert.Equal(plausible, reading.Joules > 0);
    }

    [Fact]
    public void Repeated_and_conflicting_readings_are_told_apart()
    {
        var twice = EnergyFromCounter.Sum(Gpu, Readings((0, 0), (10, 1_000_000), (10, 1_000_000)), At(0), At(10));
        Assert.Equal((1_000.0, EnergyFlags.Duplicates), (twice.Joules, twice.Flags));
        var unlike = EnergyFromCounter.Sum(Gpu, Readings((0, 0), (10, 900_000), (10, 1_000_000)), At(0), At(10));
        Assert.Equal((1_000.0, EnergyFlags.ConflictingReadings), (unlike.Joules, unlike.Flags));
    }

    [Fact]
    public void Edges_are_held_at_the_nearest_steps_mean_power()
    {
        var reading = EnergyFromCounter.Sum(Gpu, Readings((10, 0), (20, 1_000_000)), At(0), At(30));
        Assert.Equal(3_000, reading.Joules, 6);
        Assert.Equal(2_000, reading.EstimatedJoules, 6);
        Assert.Equal(EnergyFlags.EdgeHeld, reading.Flags);
    }

    [Fact]
    public void Any_true_series_read_in_any_order_gives_its_energy_with_and_without_wraps() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte Seconds, byte Watts)[]>(), ArbMap.Default.ArbFor<uint>(), (steps, offset) =>
        {
            var range = 60_000_000_000UL;
            var counter = EnergyCounter.Rapl(range, new Power(255));
            var (second, joules, total) = (0.0, (double)(offset % 60_000), 0.0);
            var readings = new List<CounterReading> { new(At(0), (ulong)joules * 1_000_000) };
            foreach (var (seconds, watts) in steps)
            {
                second += 1 + (seconds % 120);
                total += (1 + (seconds % 120)) * (double)watts;
                readings.Add(new(At(second), ((ulong)(joules + total) * 1_000_000) % range));
            }

            if (steps.Length == 0)
                return true;
            readings.Reverse();
            var reading = EnergyFromCounter.Sum(counter, readings, At(0), At(second));
            return Math.Abs(reading.Joules - Math.Floor(total)) < 1 && (reading.Flags & ~EnergyFlags.CounterWrapped) == 0;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Nonsense_is_refused()
    {
        Assert.Throws<ArgumentException>(() => EnergyFromCounter.Sum(Gpu, [], At(1), At(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => EnergyCounter.Nvml(new Power(0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => EnergyCounter.Rapl(0, new Power(1)));
    }

    [Theory]
    [InlineData(100, 91, 0.09, false)]
    [InlineData(100, 89, 0.11, true)]
    [InlineData(100, 111, 0.11, true)]
    public void Two_sources_that_differ_by_more_than_a_tenth_raise_an_alarm(double counter, double integral, double deviation, bool alarm)
    {
        var check = new EnergyCrossCheck(counter, integral);
        Assert.Equal(deviation, check.Deviation!.Value, 12);
        Assert.Equal(alarm, check.Alarm);
    }

    [Fact]
    public void A_counter_that_shows_nothing_is_compared_with_nothing()
    {
        Assert.Null(new EnergyCrossCheck(0, 0).Deviation);
        Assert.False(new EnergyCrossCheck(0, 0).Alarm);
        Assert.True(new EnergyCrossCheck(0, 1).Alarm);
    }
}
