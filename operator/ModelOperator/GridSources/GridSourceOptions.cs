using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Grid;

namespace ModelOperator.GridSources;

/// <summary>Where intensities come from. Without <see cref="Chain"/> the yearly table alone speaks.</summary>
public sealed record GridSourceOptions
{
    /// <summary>Names of the sources in the order in which they are asked; the yearly table is always the last and is not named.</summary>
    public IReadOnlyList<string> Chain { get; init; } = [];

    /// <summary>A table of hours: a file, which a ConfigMap may be mounted as.</summary>
    public string? File { get; init; }

    /// <summary>Address of Electricity Maps.</summary>
    public string ElectricityMapsUrl { get; init; } = "https://api.electricitymaps.com";

    /// <summary>Token of Electricity Maps.</summary>
    public SecretText? ElectricityMapsToken { get; init; }

    /// <summary>Address of WattTime.</summary>
    public string WattTimeUrl { get; init; } = "https://api.watttime.org";

    /// <summary>User of WattTime.</summary>
    public string? WattTimeUser { get; init; }

    /// <summary>Password of WattTime.</summary>
    public SecretText? WattTimePassword { get; init; }

    /// <summary>Address of a Carbon Aware SDK Web API.</summary>
    public string? CarbonAwareSdkUrl { get; init; }

    /// <summary>What that server's data source gives; its answers do not say, so its owner has to.</summary>
    public IntensitySignal? CarbonAwareSdkSignal { get; init; }

    /// <summary>Names of zones at the sources, by "source zone".</summary>
    public IReadOnlyDictionary<string, string> ZoneNames { get; init; } = new Dictionary<string, string>();

    /// <summary>Time between two looks.</summary>
    public TimeSpan Refresh { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Staleness.</summary>
    public GridRules Rules { get; init; } = GridRules.Default;

    /// <summary>The zone's name at a source: as mapped, else as it is.</summary>
    public string NameAt(string source, string zone) => ZoneNames.GetValueOrDefault($"{source} {zone}") ?? zone;
}
