using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Accounts;
using ModelOperator.Carbon.Grid;

namespace ModelOperator.Carbon.Tests.Accounts;

public sealed class PriceSheetTests
{
    private const string Header = "item,product,region,hours,price\n";
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly PriceSheet Sheet = PriceSheet.Parse(Header + """
        currency,,,,EUR
        timeZone,,,,Europe/Berlin
        gpuHour,,,,1
        gpuHour,H100-SXM,,,3.5
        gpuHour,H100-SXM,,22-6,2.5
        gpuHour,,FRA,,0.9
        kWh,,,,0.40
        kWh,*,DEU,,0.30
        kWh,,DEU,22-6,0.20

        """);

    [Theory]
    [InlineData(PriceItem.GpuHour, null, null, 12, 1_000_000)]
    [InlineData(PriceItem.GpuHour, "T4", "DEU", 12, 1_000_000)]
    [InlineData(PriceItem.GpuHour, "h100-sxm", "DEU", 12, 3_500_000)]
    [InlineData(PriceItem.GpuHour, "H100-SXM", "FRA", 12, 3_500_000)]
    [InlineData(PriceItem.GpuHour, "T4", "FRA", 12, 900_000)]
    // 21:00 in UTC is 22:00 in Berlin, 5:00 is 6:00.
    [InlineData(PriceItem.GpuHour, "H100-SXM", null, 20, 3_500_000)]
    [InlineData(PriceItem.GpuHour, "H100-SXM", null, 21, 2_500_000)]
    [InlineData(PriceItem.GpuHour, "H100-SXM", null, 4, 2_500_000)]
    [InlineData(PriceItem.GpuHour, "H100-SXM", null, 5, 3_500_000)]
    [InlineData(PriceItem.KilowattHour, null, "POL", 12, 400_000)]
    [InlineData(PriceItem.KilowattHour, null, "DEU", 12, 300_000)]
    [InlineData(PriceItem.KilowattHour, null, "DEU", 23, 200_000)]
    public void The_price_that_says_most_counts(PriceItem item, string? product, string? region, int hour, long micros) =>
        Assert.Equal(micros, Sheet.Price(item, product, region, new DateTimeOffset(2026, 11, 21, hour, 0, 0, TimeSpan.Zero)));

    [Theory]
    // Two GPUs for half an hour at 1 EUR/h; over 22:00 in Berlin at 3.50 and 2.50; nothing held costs nothing.
    [InlineData("T4", 2, 720, 750, 1_000_000)]
    [InlineData("H100-SXM", 4, 1230, 1290, 12_000_000)]
    [InlineData("T4", 0, 720, 750, 0)]
    [InlineData("T4", 1, 720, 720, 0)]
    public void Held_GPUs_cost_each_hour_at_its_price(string product, int gpus, int from, int to, long micros) =>
        Assert.Equal(micros, Sheet.OfGpus(Noon.AddMinutes(from - 720), Noon.AddMinutes(to - 720), gpus, product, "DEU"));

    [Fact]
    public void Energy_costs_each_hour_at_its_price_with_the_overhead()
    {
        // 1 kWh at 0.30 and 2 kWh at 0.20, PUE 1.2.
        HourlyEnergy Hour(int at, long kilowattHours) => new(
            Noon.AddHours(at), TimeSpan.FromHours(1), new(kilowattHours * 1_000_000), Emissions.Zero, new(1), IntensityQuality.Measured, "");
        Assert.Equal(840_000, Sheet.OfEnergy([Hour(0, 1), Hour(10, 2)], new(1_200), "DEU"));
        Assert.Equal(0, Sheet.OfEnergy([], new(1_200), "DEU"));
    }

    [Fact]
    public void What_has_no_price_has_no_cost()
    {
        var sheet = PriceSheet.Parse(Header + "currency,,,,USD\ngpuHour,T4,,,1\n");
        Assert.Null(sheet.OfGpus(Noon, Noon.AddHours(1), 1, "A100", null));
        Assert.Equal(0, sheet.OfGpus(Noon, Noon.AddHours(1), 0, "A100", null));
        Assert.Null(sheet.OfEnergy([new(Noon, TimeSpan.FromHours(1), new(1), Emissions.Zero, new(1), IntensityQuality.Measured, "")], PowerUsageEffectiveness.None, null));
    }

    [Theory]
    [InlineData("", "currency is missing")]
    [InlineData("currency,,,,eur\n", "line 2: currency 'eur'")]
    [InlineData("currency,,,,EUR\ncurrency,,,,USD\n", "line 3: currency 'USD'")]
    [InlineData("timeZone,,,,Mars\n", "line 2: time zone 'Mars'")]
    [InlineData("cpuHour,,,,1\n", "line 2: item 'cpuHour' must be")]
    [InlineData("gpuHour,,,,-1\n", "line 2: price '-1'")]
    [InlineData("gpuHour,,,,0.0000001\n", "line 2: price '0.0000001'")]
    [InlineData("gpuHour,,,,1000001\n", "line 2: price '1000001'")]
    [InlineData("kWh,H100,,,1\n", "line 2: a price per kWh")]
    [InlineData("kWh,,,22-22,1\n", "line 2: hours '22-22'")]
    [InlineData("kWh,,,22,1\n", "line 2: hours '22'")]
    [InlineData("kWh,,,0-25,1\n", "line 2: hours '0-25'")]
    [InlineData("kWh,,DEU,,1\nkWh,,DEU,,2\n", "line 3: there is a price for this already")]
    [InlineData("kWh,,DEU,1\n", "line 2: expected 5 fields")]
    public void A_wrong_sheet_is_refused_by_line_and_value(string rows, string problem) =>
        Assert.Contains(problem, Assert.Throws<FormatException>(() => PriceSheet.Parse(Header + rows)).Message, StringComparison.Ordinal);
}
