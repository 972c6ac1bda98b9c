using FsCheck;
using FsCheck.Fluent;

namespace ModelOperator.Carbon.Tests;

public class QuantityTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(3.6, 1)]
    [InlineData(1.79, 0)]
    [InlineData(1.8, 1)]
    [InlineData(3.6e6, 1_000_000)]
    [InlineData(36e6, 10_000_000)]
    public void Joules_become_the_nearest_milliwatt_hours(double joules, long milliwattHours) =>
        Assert.Equal(milliwattHours, Energy.FromJoules(joules).MilliwattHours);

    [Theory]
    [InlineData(3_600UL, Rounding.Nearest, 1)]
    [InlineData(1_799UL, Rounding.Nearest, 0)]
    [InlineData(1_800UL, Rounding.Nearest, 1)]
    [InlineData(1UL, Rounding.Up, 1)]
    [InlineData(0UL, Rounding.Up, 0)]
    [InlineData(7_200UL, Rounding.Up, 2)]
    [InlineData(ulong.MaxValue, Rounding.Nearest, 5_124_095_576_030_431)]
    public void Millijoules_convert_exactly(ulong millijoules, Rounding rounding, long milliwattHours) =>
        Assert.Equal(milliwattHours, Energy.FromMillijoules(millijoules, rounding).MilliwattHours);

    [Theory]
    [InlineData(262_143_328_850UL, 72_818)]
    [InlineData(3_600_000UL, 1)]
    [InlineData(1_799_999UL, 0)]
    public void Microjoules_convert_exactly(ulong microjoules, long milliwattHours) =>
        Assert.Equal(milliwattHours, Energy.FromMicrojoules(microjoules).MilliwattHours);

    [Fact]
    public void One_kilowatt_hour_is_a_million_milliwatt_hours_and_3_6_megajoules()
    {
        var energy = Energy.FromKilowattHours(1m);
        Assert.Equal(1_000_000, energy.MilliwattHours);
        Assert.Equal(3.6e6, energy.Joules);
        Assert.Equal(1m, energy.KilowattHours);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void What_is_not_finite_is_no_quantity(double value)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Energy.FromJoules(value));
        Assert.Throws<ArgumentOutOfRangeException>(() => Emissions.FromMilligrams(value));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Power(value));
    }

    [Fact]
    public void Overflow_throws_and_never_saturates()
    {
        Assert.Throws<OverflowException>(() => Energy.FromJoules(1e30));
        Assert.Throws<OverflowException>(() => Energy.FromKilowattHours(1e15m));
        Assert.Throws<OverflowException>(() => Emissions.FromGrams(1e20m));
        Assert.Throws<OverflowException>(() => new Energy(long.MaxValue) + new Energy(1));
        Assert.Throws<OverflowException>(() => new Energy(long.MinValue) - new Energy(1));
        Assert.Throws<OverflowException>(() => new Emissions(long.MaxValue) + new Emissions(1));
        Assert.Throws<OverflowException>(() => new Emissions(long.MinValue) - new Emissions(1));
        Assert.Throws<OverflowException>(() => PowerUsageEffectiveness.From(2m).Apply(new Energy(long.MaxValue)));
    }

    [Fact]
    public void Amounts_print_exactly_in_the_units_people_use()
    {
        Assert.Equal("0.000001 kWh", new Energy(1).ToString());
        Assert.Equal("1.5 kWh", new Energy(1_500_000).ToString());
        Assert.Equal("-0.001 gCO2e", new Emissions(-1).ToString());
        Assert.Equal("475 gCO2e/kWh", CarbonIntensity.FromGramsPerKilowattHour(475m).ToString());
        Assert.Equal("1.56", PowerUsageEffectiveness.IndustryAverage.ToString());
    }

    [Fact]
    public void Amounts_compare_by_size()
    {
        var (small, large) = (new Energy(1), new Energy(2));
        Assert.True(small < large && large > small && small <= large && large >= small && small.CompareTo(large) < 0);
        Assert.Equal((large, small), (Energy.Max(small, large), Energy.Min(small, large)));
        var (less, more) = (new Emissions(1), new Emissions(2));
        Assert.True(less < more && more > less && less <= more && more >= less && less.CompareTo(more) < 0);
        Assert.Equal((more, less), (Emissions.Max(less, more), Emissions.Min(less, more)));
        Assert.True(new CarbonIntensity(1).CompareTo(new CarbonIntensity(2)) < 0);
    }

    [Fact]
    public void Negative_power_and_intensity_do_not_exist()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Power(-0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CarbonIntensity(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => CarbonIntensity.FromGramsPerKilowattHour(-1m));
    }

    [Fact]
    public void A_default_pue_is_one()
    {
        Assert.Equal(1_000, default(PowerUsageEffectiveness).Thousandths);
        Assert.Equal(PowerUsageEffectiveness.None, new PowerUsageEffectiveness(1_000));
        Assert.Equal(1.56, PowerUsageEffectiveness.IndustryAverage.Factor);
    }

    [Theory]
    [InlineData(0.99)]
    [InlineData(0.0)]
    [InlineData(10.01)]
    public void A_pue_lies_between_one_and_ten(double value)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PowerUsageEffectiveness.From((decimal)value));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PowerUsageEffectiveness((int)(value * 1000)));
    }

    [Theory]
    [InlineData(1.12, 1_120)]
    [InlineData(1.1351, 1_136)]
    [InlineData(10.0, 10_000)]
    public void A_pue_keeps_three_decimals_and_rounds_up(double value, int thousandths) =>
        Assert.Equal(thousandths, PowerUsageEffectiveness.From((decimal)value).Thousandths);

    [Fact]
    public void Pue_multiplies_exactly()
    {
        Assert.Equal(new Energy(1_560), PowerUsageEffectiveness.IndustryAverage.Apply(new Energy(1_000)));
        Assert.Equal(new Energy(2), new PowerUsageEffectiveness(1_001).Apply(new Energy(1), Rounding.Up));
    }

    [Theory]
    [InlineData(-5, 2, Rounding.Nearest, -3)]
    [InlineData(-5, 2, Rounding.Up, -2)]
    [InlineData(5, 2, Rounding.Up, 3)]
    [InlineData(5, 2, Rounding.Nearest, 3)]
    [InlineData(4, 3, Rounding.Nearest, 1)]
    [InlineData(-4, 3, Rounding.Nearest, -1)]
    public void Integer_division_rounds_once(int numerator, int denominator, Rounding rounding, long expected) =>
        Assert.Equal(expected, QuantityMath.DivideToUnits(numerator, denominator, rounding));

    [Fact]
    public void Rounding_up_never_understates_and_is_never_off_by_a_unit() =>
        Prop.ForAll(ArbMap.Default.ArbFor<uint>(), microjoules =>
        {
            var up = Energy.FromMicrojoules(microjoules, Rounding.Up).MilliwattHours * 3_600_000L;
            return up >= microjoules && up - microjoules < 3_600_000L;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Adding_and_taking_away_gives_the_same_amount() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), ArbMap.Default.ArbFor<int>(), (a, b) =>
            new Energy(a) + new Energy(b) - new Energy(b) == new Energy(a)
            && new Emissions(a) + new Emissions(b) - new Emissions(b) == new Emissions(a)).QuickCheckThrowOnFailure();
}
