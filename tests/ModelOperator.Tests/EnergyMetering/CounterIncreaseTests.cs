using ModelOperator.EnergyMetering;

namespace ModelOperator.Tests.EnergyMetering;

public sealed class CounterIncreaseTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Over the minute from 0 s to 60 s; samples are second:value.</summary>
    [Theory]
    [InlineData("-5:10 10:12 50:15 60:16", false, 6.0)]
    [InlineData("0:10 30:12", false, 2.0)]
    [InlineData("10:7 50:9", true, 9.0)]
    [InlineData("10:7 50:9", false, 2.0)]
    [InlineData("-5:100 20:110 30:4 60:6", false, 16.0)]
    [InlineData("-5:10 20:NaN 40:12", false, 2.0)]
    [InlineData("-5:10 61:99", false, null)]
    [InlineData("", true, null)]
    public void A_counter_grows_by_its_samples_from_where_it_stood(string samples, bool bornInside, double? expected) =>
        Assert.Equal(expected, CounterIncrease.Of(Enumerable.Reverse(Samples(samples)), Start, Start.AddSeconds(60), bornInside));

    [Fact]
    public void Times_that_meet_add_up_to_the_whole()
    {
        var samples = Samples(string.Join(' ', Enumerable.Range(0, 50).Select(static i => FormattableString.Invariant($"{(i * 7) - 3}:{(i * i) % 400}"))));
        double Of(int from, int to) => CounterIncrease.Of(samples, Start.AddSeconds(from), Start.AddSeconds(to), false) ?? 0;
        Assert.Equal(Of(0, 300), Of(0, 100) + Of(100, 101) + Of(101, 300), 6);
    }

    private static List<(DateTimeOffset At, double Value)> Samples(string text) =>
    [
        .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static s => s.Split(':')).Select(static s =>
            (Start.AddSeconds(double.Parse(s[0], System.Globalization.CultureInfo.InvariantCulture)), double.Parse(s[1], System.Globalization.CultureInfo.InvariantCulture))),
    ];
}
