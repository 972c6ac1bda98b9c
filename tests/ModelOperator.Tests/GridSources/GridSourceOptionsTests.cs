using ModelOperator.Carbon.Accounting;
using ModelOperator.Hosting;

namespace ModelOperator.Tests.GridSources;

public sealed class GridSourceOptionsTests
{
    [Fact]
    public void Nothing_is_asked_unless_it_is_named() => Assert.Empty(OperatorOptionsReader.Read(static _ => null).Grid.Chain);

    [Fact]
    public void Settings_are_read()
    {
        var grid = Read(
            ("MODELOP_INTENSITY_SOURCES", "electricitymaps, carbonawaresdk"), ("MODELOP_ELECTRICITYMAPS_TOKEN", "t"), ("MODELOP_CARBON_AWARE_SDK_URL", "http://sdk/"),
            ("MODELOP_CARBON_AWARE_SDK_SIGNAL", "marginal"), ("MODELOP_INTENSITY_ZONES", "DEU=electricitymaps:DE;carbonawaresdk:germanywestcentral, gcp/europe-west4=electricitymaps:NL"),
            ("MODELOP_INTENSITY_MAX_STALENESS_HOURS", "3"));
        Assert.Equal(["electricitymaps", "carbonawaresdk"], grid.Chain);
        Assert.Equal(("DE", "germanywestcentral", "NL", "FRA"), (grid.NameAt("electricitymaps", "DEU"), grid.NameAt("carbonawaresdk", "DEU"), grid.NameAt("electricitymaps", "gcp/europe-west4"), grid.NameAt("electricitymaps", "FRA")));
        Assert.Equal((IntensitySignal.Marginal, TimeSpan.FromHours(3), "http://sdk"), (grid.CarbonAwareSdkSignal, grid.Rules.MaxStaleness, grid.CarbonAwareSdkUrl));
    }

    [Theory]
    [InlineData("MODELOP_INTENSITY_SOURCES", "co2signal", "MODELOP_INTENSITY_SOURCES names 'co2signal'; it must be a list of electricitymaps, watttime, carbonawaresdk, file.")]
    [InlineData("MODELOP_INTENSITY_SOURCES", "electricitymaps", "MODELOP_INTENSITY_SOURCES names 'electricitymaps'; it needs MODELOP_ELECTRICITYMAPS_TOKEN.")]
    [InlineData("MODELOP_INTENSITY_SOURCES", "watttime", "MODELOP_INTENSITY_SOURCES names 'watttime'; it needs MODELOP_WATTTIME_USERNAME.")]
    [InlineData("MODELOP_INTENSITY_SOURCES", "file", "MODELOP_INTENSITY_SOURCES names 'file'; it needs MODELOP_INTENSITY_FILE.")]
    [InlineData("MODELOP_CARBON_AWARE_SDK_SIGNAL", "both", "MODELOP_CARBON_AWARE_SDK_SIGNAL is 'both'; it must be average or marginal, what the server's data source gives.")]
    [InlineData("MODELOP_INTENSITY_ZONES", "DEU:DE", "MODELOP_INTENSITY_ZONES has 'DEU:DE'; an entry is zone=source:name[;source:name], such as DEU=electricitymaps:DE;watttime:DE.")]
    [InlineData("MODELOP_INTENSITY_REFRESH_SECONDS", "5", "MODELOP_INTENSITY_REFRESH_SECONDS is '5'; it must be a whole number from 30 to 3600.")]
    public void A_wrong_setting_is_refused_by_name_value_and_what_is_allowed(string name, string value, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => Read((name, value))).Message);

    private static ModelOperator.GridSources.GridSourceOptions Read(params (string Name, string Value)[] settings) =>
        OperatorOptionsReader.Read(name => settings.FirstOrDefault(s => s.Name == name).Value).Grid;
}
