using ModelOperator.Carbon.Data;

namespace ModelOperator.Carbon.Tests.Data;

public class GridIntensityTableTests
{
    private const string Header = "zone,gCO2e_per_kWh,year,source\n";

    // The publishers' figures, g CO2e per kWh: Google Cloud 2024, Our World in Data 2023, IEA 2019.
    [Theory]
    [InlineData("gcp/europe-north1", 39_320, 2024)]
    [InlineData("gcp/europe-north2", 2_730, 2024)]
    [InlineData("gcp/europe-west9", 16_300, 2024)]
    [InlineData("gcp/europe-west6", 15_050, 2024)]
    [InlineData("gcp/europe-west4", 208_810, 2024)]
    [InlineData("gcp/europe-west3", 275_820, 2024)]
    [InlineData("gcp/europe-central2", 642_880, 2024)]
    [InlineData("gcp/us-central1", 412_720, 2024)]
    [InlineData("gcp/us-east1", 575_770, 2024)]
    [InlineData("gcp/us-east4", 323_050, 2024)]
    [InlineData("gcp/us-west1", 79_230, 2024)]
    [InlineData("gcp/us-west2", 169_280, 2024)]
    [InlineData("gcp/northamerica-northeast1", 5_480, 2024)]
    [InlineData("gcp/asia-south1", 678_760, 2024)]
    [InlineData("gcp/asia-southeast1", 366_850, 2024)]
    [InlineData("gcp/africa-south1", 656_850, 2024)]
    [InlineData("FRA", 56_039, 2023)]
    [InlineData("DEU", 380_950, 2023)]
    [InlineData("SWE", 40_695, 2023)]
    [InlineData("POL", 661_926, 2023)]
    [InlineData("IND", 713_441, 2023)]
    [InlineData("GBR", 237_589, 2023)]
    [InlineData("USA", 369_473, 2023)]
    [InlineData("ZAF", 707_686, 2023)]
    [InlineData("WORLD", 475_000, 2019)]
    public void The_built_in_table_holds_the_published_figures(string zone, long milligrams, int year)
    {
        var row = GridIntensityTable.BuiltIn.Lookup(zone);
        Assert.Equal((zone, milligrams, year, false), (row.Zone, row.Intensity.MilligramsPerKilowattHour, row.Year, row.IsWorldFallback));
        Assert.NotEmpty(row.Source);
    }

    [Fact]
    public void The_built_in_table_is_whole()
    {
        Assert.Equal(257, GridIntensityTable.BuiltIn.Zones.Count());
        Assert.Equal(44, GridIntensityTable.BuiltIn.Zones.Count(z => z.StartsWith("gcp/", StringComparison.Ordinal)));
        Assert.Equal("IEA world average, as CodeCarbon default", GridIntensityTable.BuiltIn.Lookup("WORLD").Source);
    }

    [Theory]
    [InlineData("deu")]
    [InlineData(" DEU ")]
    [InlineData("Deu")]
    public void Case_and_blanks_do_not_matter(string zone) => Assert.Equal("DEU", GridIntensityTable.BuiltIn.Lookup(zone).Zone);

    [Theory]
    [InlineData("atlantis")]
    [InlineData("")]
    [InlineData(null)]
    public void An_unknown_zone_gets_the_worlds_value_and_a_flag(string? zone)
    {
        var row = GridIntensityTable.BuiltIn.Lookup(zone);
        Assert.Equal(("WORLD", 475_000L, true), (row.Zone, row.Intensity.MilligramsPerKilowattHour, row.IsWorldFallback));
    }

    [Theory]
    [InlineData("zone,grams\nWORLD,475", "line 1: the header")]
    [InlineData(Header + "WORLD,475,2019", "line 2: expected 4 fields, found 3")]
    [InlineData(Header + "WORLD,475,2019,a,b", "line 2: expected 4 fields, found 5")]
    [InlineData(Header + "WORLD,475,2019,a\n,1,2019,a", "line 3: a zone is empty")]
    [InlineData(Header + " WORLD,475,2019,a", "line 2: a zone is empty or padded")]
    [InlineData(Header + "WORLD,-1,2019,a", "line 2: '-1' is not an intensity")]
    [InlineData(Header + "WORLD,NaN,2019,a", "line 2: 'NaN' is not an intensity")]
    [InlineData(Header + "WORLD,1e3,2019,a", "line 2: '1e3' is not an intensity")]
    [InlineData(Header + "WORLD,475000,2019,a", "line 2: '475000' is not an intensity")]
    [InlineData(Header + "WORLD,475,19,a", "line 2: '19' is not a year")]
    [InlineData(Header + "WORLD,475,later,a", "line 2: 'later' is not a year")]
    [InlineData(Header + "WORLD,475,2019,a\nworld,476,2019,a", "line 3: zone world is there twice")]
    [InlineData(Header + "FRA,56,2023,a", "the table has no row for WORLD")]
    [InlineData(Header + "WORLD,475,2019,\"a", "line 2: a quoted field does not end")]
    [InlineData(Header + "WORLD,475,2019,\"a\"b", "line 2: text after a closing quote")]
    [InlineData(Header + "WORLD,475,2019,a\"b", "line 2: a quote inside an unquoted field")]
    public void A_table_with_a_fault_is_refused_by_line(string csv, string message)
    {
        var fault = Assert.Throws<FormatException>(() => GridIntensityTable.Parse(csv));
        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Quotes_commas_and_line_ends_are_read_as_in_rfc_4180()
    {
        var table = GridIntensityTable.Parse("zone,gCO2e_per_kWh,year,source\r\n\r\nWORLD,475,2019,\"IEA, \"\"world\"\"\"\r\nX,0,2020,\r\n");
        Assert.Equal("IEA, \"world\"", table.Lookup("WORLD").Source);
        Assert.Equal(string.Empty, table.Lookup("X").Source);
        Assert.Equal(["WORLD", "X"], table.Zones);
    }

    [Fact]
    public void A_missing_built_in_table_is_named() =>
        Assert.Contains("nothing.csv", Assert.Throws<InvalidOperationException>(() => CsvTable.ReadBuiltIn("nothing.csv")).Message, StringComparison.Ordinal);
}
