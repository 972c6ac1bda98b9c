using ModelOperator.Carbon.Accounting;

namespace ModelOperator.Carbon.Tests.Accounting;

public class EmbodiedAndSciTests
{
    private static readonly EmbodiedShare Server = new()
    {
        TotalEmbodied = Emissions.FromGrams(4_676_790m), // p4d.24xlarge with 8 GPUs (Cloud Carbon Footprint): 4,676.79 kg
        ResourcesReserved = 2,
        ResourcesTotal = 8,
    };

    [Theory]
    [InlineData(0, 0)]
    [InlineData(24, 800_820)] // 4,676.79 kg * 24 h / 35,040 h * 2/8 = 800.82 g
    [InlineData(35_040, 1_169_197_500)]
    public void Embodied_emissions_are_shared_by_time_and_resources(double hours, long milligrams) =>
        Assert.InRange(Server.Over(TimeSpan.FromHours(hours)).Milligrams, milligrams, milligrams + 10);

    [Fact]
    public void Embodied_nonsense_is_refused()
    {
        var hour = TimeSpan.FromHours(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => Server.Over(-hour));
        Assert.Throws<ArgumentOutOfRangeException>(() => (Server with { Lifespan = TimeSpan.Zero }).Over(hour));
        Assert.Throws<ArgumentOutOfRangeException>(() => (Server with { ResourcesTotal = 0 }).Over(hour));
        Assert.Throws<ArgumentOutOfRangeException>(() => (Server with { ResourcesReserved = -1 }).Over(hour));
        Assert.Throws<ArgumentOutOfRangeException>(() => (Server with { ResourcesReserved = 9 }).Over(hour));
    }

    [Theory]
    [InlineData(900, 100, 2_000, 1_000, 500)]
    [InlineData(900, 100, 500, 1_000, 2_000)]
    [InlineData(900, 100, 10, 1, 100)]
    public void Sci_is_operational_and_embodied_emissions_per_unit(long operational, long embodied, double count, int per, double expected)
    {
        var sci = SoftwareCarbonIntensity.Of(new(operational), new(embodied), count, "samples", per);
        Assert.Equal(new SoftwareCarbonIntensity(expected, $"{per} samples", null), sci);
    }

    [Theory]
    [InlineData(null, "the number of tokens is not known")]
    [InlineData(0.0, "the number of tokens is not positive")]
    [InlineData(-1.0, "the number of tokens is not positive")]
    [InlineData(double.NaN, "the number of tokens is not positive")]
    public void Without_units_there_is_a_reason_and_never_zero(double? count, string reason) =>
        Assert.Equal(new SoftwareCarbonIntensity(null, "1000 tokens", reason), SoftwareCarbonIntensity.Of(new(1), new(1), count, "tokens"));

    [Fact]
    public void A_unit_of_nothing_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SoftwareCarbonIntensity.Of(new(1), new(1), 1, "tokens", 0));
}
