using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Metering;

namespace ModelOperator.Carbon.Tests.Accounting;

public class EmissionsCalculatorTests
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static DateTimeOffset Hour(double hours) => T0.AddHours(hours);

    private static CarbonIntensity Grams(decimal grams) => CarbonIntensity.FromGramsPerKilowattHour(grams);

    private static IntensityProfile Hourly(CarbonIntensity? fallback, params decimal[] grams) => new(
        IntensitySignal.Average,
        "test",
        grams.Select((g, i) => new IntensitySlot(Hour(i), Hour(i + 1), Grams(g))),
        fallback);

    [Theory]
    [InlineData(1_000_000, 1_000, 475_000, 475_000)] // 1 kWh at 475 g/kWh: 475 g
    [InlineData(1_000_000, 1_560, 475_000, 741_000)] // with a PUE of 1.56
    [InlineData(1, 1_000, 475_000, 0)] // 0.475 mg
    [InlineData(2, 1_000, 475_000, 1)] // 0.95 mg
    [InlineData(0, 1_000, 475_000, 0)]
    [InlineData(250_000, 1_120, 39_320, 11_010)] // 11,009.6 mg
    public void Emissions_are_energy_times_pue_times_intensity(long milliwattHours, int pue, long intensity, long milligrams) =>
        Assert.Equal(
            new Emissions(milligrams),
            EmissionsCalculator.AtConstantIntensity(new(milliwattHours), new(pue), new(intensity)));

    [Fact]
    public void A_request_is_rounded_up() =>
        Assert.Equal(new Emissions(1), EmissionsCalculator.AtConstantIntensity(new(1), default, new(1), Rounding.Up));

    [Fact]
    public void A_sum_beyond_the_ledger_throws() =>
        Assert.Throws<OverflowException>(() =>
            EmissionsCalculator.AtConstantIntensity(new(long.MaxValue), PowerUsageEffectiveness.IndustryAverage, new(3_000_000)));

    [Fact]
    public void Energy_is_split_at_slot_edges_with_interpolated_power()
    {
        // Power rises from 0 to 2,000 W over two hours: 0.5 kWh in the first hour, 1.5 kWh in the second.
        EnergySegment[] rising = [new(Hour(0), Hour(2), 0, 2_000, true)];
        var reading = EmissionsCalculator.OverTime(rising, default, Hourly(null, 100m, 400m));
        Assert.Equal(new Emissions(50_000 + 600_000), reading.Emissions);
        Assert.Equal(new Energy(2_000_000), reading.FacilityEnergy);
        Assert.True(reading.IsComplete);
        Assert.Equal((IntensitySignal.Average, "test", 0.0), (reading.Signal, reading.Source, reading.FallbackJoules));
    }

    [Fact]
    public void A_counters_step_is_spread_evenly()
    {
        EnergySegment[] even = [EnergySegment.Uniform(Hour(0.5), Hour(1.5), 3.6e6, true)];
        Assert.Equal(new Emissions(250_000), EmissionsCalculator.OverTime(even, default, Hourly(null, 100m, 400m)).Emissions);
    }

    [Fact]
    public void Time_without_a_slot_uses_the_fallback_and_says_so()
    {
        EnergySegment[] even = [EnergySegment.Uniform(Hour(-1), Hour(3), 4 * 3.6e6, true)];
        var reading = EmissionsCalculator.OverTime(even, PowerUsageEffectiveness.From(1.5m), Hourly(Grams(1_000m), 100m, 400m));
        Assert.Equal(new Emissions((1_000_000 + 100_000 + 400_000 + 1_000_000) * 3L / 2), reading.Emissions);
        Assert.Equal(2 * 1.5 * 3.6e6, reading.FallbackJoules, 3);
        Assert.True(reading.IsComplete);
    }

    [Fact]
    public void Time_without_any_intensity_is_named_and_not_costed()
    {
        EnergySegment[] even = [EnergySegment.Uniform(Hour(0), Hour(2), 2 * 3.6e6, true)];
        var reading = EmissionsCalculator.OverTime(even, default, Hourly(null, 100m));
        Assert.Equal(new Emissions(100_000), reading.Emissions);
        Assert.Equal(3.6e6, reading.UncostedJoules, 3);
        Assert.Equal(new Energy(2_000_000), reading.FacilityEnergy);
        Assert.False(reading.IsComplete);
    }

    [Fact]
    public void One_constant_slot_gives_what_the_constant_formula_gives() =>
        Prop.ForAll(ArbMap.Default.ArbFor<uint>(), ArbMap.Default.ArbFor<ushort>(), (joules, grams) =>
        {
            EnergySegment[] even = [EnergySegment.Uniform(Hour(0), Hour(7), joules, true)];
            var overTime = EmissionsCalculator.OverTime(even, PowerUsageEffectiveness.IndustryAverage, IntensityProfile.Constant(Grams(grams), "test"));
            var exact = joules / 3.6e6 * 1.56 * grams * 1_000;
            return Math.Abs(overTime.Emissions.Milligrams - exact) <= 0.5 + (exact * 1e-12);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Emissions_do_not_depend_on_where_the_energy_is_cut() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<ushort>(), (slots, cut) =>
        {
            var profile = Hourly(Grams(500m), [.. slots.Select(s => (decimal)s)]);
            var whole = new EnergySegment(Hour(-1), Hour(slots.Length + 1), 100, 900, true);
            var middle = whole.Start.AddTicks(1 + (cut * whole.Duration.Ticks / (ushort.MaxValue + 2)));
            EnergySegment[] parts = [whole.Clip(whole.Start, middle)!.Value, whole.Clip(middle, whole.End)!.Value];
            var one = EmissionsCalculator.OverTime([whole], default, profile).Emissions.Milligrams;
            var two = EmissionsCalculator.OverTime(parts, default, profile).Emissions.Milligrams;
            return Math.Abs(one - two) <= 1;
        }).QuickCheckThrowOnFailure();
}
