using System.Globalization;
using ModelOperator.Carbon.Accounting;
using ModelOperator.Carbon.Grid;

namespace ModelOperator.GridSources;

/// <summary>Reads the sources' settings from environment variables; a wrong one is refused by name, value and what is allowed. Secrets are never quoted.</summary>
public static class GridSourceOptionsReader
{
    private const int LongestRefresh = 3600;
    private const int LongestStaleness = 168;

    /// <summary>Reads the settings.</summary>
    /// <param name="get">Value of an environment variable; null when it is absent or empty.</param>
    /// <param name="url">Reads an http(s) URL or refuses it.</param>
    /// <exception cref="FormatException">A value is wrong or missing; the message names it.</exception>
    public static GridSourceOptions Read(Func<string, string?> get, Func<string, string?, string?> url)
    {
        var fallback = new GridSourceOptions();
        var options = fallback with
        {
            Chain = Chain(get("MODELOP_INTENSITY_SOURCES")),
            File = get("MODELOP_INTENSITY_FILE"),
            ElectricityMapsUrl = url("MODELOP_ELECTRICITYMAPS_URL", get("MODELOP_ELECTRICITYMAPS_URL")) ?? fallback.ElectricityMapsUrl,
            ElectricityMapsToken = Secret(get("MODELOP_ELECTRICITYMAPS_TOKEN")),
            WattTimeUrl = url("MODELOP_WATTTIME_URL", get("MODELOP_WATTTIME_URL")) ?? fallback.WattTimeUrl,
            WattTimeUser = get("MODELOP_WATTTIME_USERNAME"),
            WattTimePassword = Secret(get("MODELOP_WATTTIME_PASSWORD")),
            CarbonAwareSdkUrl = url("MODELOP_CARBON_AWARE_SDK_URL", get("MODELOP_CARBON_AWARE_SDK_URL")),
            CarbonAwareSdkSignal = Signal(get("MODELOP_CARBON_AWARE_SDK_SIGNAL")),
            ZoneNames = Zones(get("MODELOP_INTENSITY_ZONES")),
            Refresh = TimeSpan.FromSeconds(Number("MODELOP_INTENSITY_REFRESH_SECONDS", get, 300, 30, LongestRefresh)),
            Rules = new GridRules { MaxStaleness = TimeSpan.FromHours(Number("MODELOP_INTENSITY_MAX_STALENESS_HOURS", get, 6, 1, LongestStaleness)) },
        };
        Complete(options);
        return options;
    }

    private static void Complete(GridSourceOptions options)
    {
        foreach (var (source, missing) in new[]
        {
            (GridSourceNames.ElectricityMaps, options.ElectricityMapsToken is null ? "MODELOP_ELECTRICITYMAPS_TOKEN" : null),
            (GridSourceNames.WattTime, options.WattTimeUser is null ? "MODELOP_WATTTIME_USERNAME" : options.WattTimePassword is null ? "MODELOP_WATTTIME_PASSWORD" : null),
            (GridSourceNames.CarbonAwareSdk, options.CarbonAwareSdkUrl is null ? "MODELOP_CARBON_AWARE_SDK_URL" : options.CarbonAwareSdkSignal is null ? "MODELOP_CARBON_AWARE_SDK_SIGNAL" : null),
            (GridSourceNames.File, options.File is null ? "MODELOP_INTENSITY_FILE" : null),
        })
        {
            if (missing is not null && options.Chain.Contains(source))
                throw new FormatException($"MODELOP_INTENSITY_SOURCES names '{source}'; it needs {missing}.");
        }
    }

    private static IReadOnlyList<string> Chain(string? text)
    {
        string[] names = text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        foreach (var name in names)
        {
            if (!GridSourceNames.All.Contains(name))
                throw new FormatException($"MODELOP_INTENSITY_SOURCES names '{name}'; it must be a list of {string.Join(", ", GridSourceNames.All)}.");
        }

        return [.. names.Distinct(StringComparer.Ordinal)];
    }

    private static IntensitySignal? Signal(string? text) => text switch
    {
        null => null,
        "average" => IntensitySignal.Average,
        "marginal" => IntensitySignal.Marginal,
        _ => throw new FormatException($"MODELOP_CARBON_AWARE_SDK_SIGNAL is '{text}'; it must be average or marginal, what the server's data source gives."),
    };

    /// <summary><c>DEU=electricitymaps:DE;watttime:DE, gcp/europe-west4=electricitymaps:NL</c>.</summary>
    private static Dictionary<string, string> Zones(string? text)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            var equals = entry.IndexOf('=', StringComparison.Ordinal);
            var parts = equals > 0 ? entry[(equals + 1)..].Split(';', StringSplitOptions.TrimEntries) : [];
            foreach (var part in parts)
            {
                var colon = part.IndexOf(':', StringComparison.Ordinal);
                if (colon <= 0 || colon == part.Length - 1 || !GridSourceNames.All.Contains(part[..colon]))
                    parts = [];
                else
                    names[$"{part[..colon]} {entry[..equals].Trim()}"] = part[(colon + 1)..];
            }

            if (parts.Length == 0)
                throw new FormatException($"MODELOP_INTENSITY_ZONES has '{entry}'; an entry is zone=source:name[;source:name], such as DEU=electricitymaps:DE;watttime:DE.");
        }

        return names;
    }

    private static int Number(string name, Func<string, string?> get, int fallback, int least, int most)
    {
        if (get(name) is not { } text)
            return fallback;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new FormatException($"{name} is '{text}'; it must be a whole number from {least} to {most}.");
    }

    private static SecretText? Secret(string? text) => text is null ? null : new(text.Trim());
}
