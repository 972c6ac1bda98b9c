namespace ModelOperator.GridSources;

/// <summary>Names of the sources in <c>MODELOP_INTENSITY_SOURCES</c>.</summary>
public static class GridSourceNames
{
    public const string ElectricityMaps = "electricitymaps";
    public const string WattTime = "watttime";
    public const string CarbonAwareSdk = "carbonawaresdk";
    public const string File = "file";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [ElectricityMaps, WattTime, CarbonAwareSdk, File];
}
