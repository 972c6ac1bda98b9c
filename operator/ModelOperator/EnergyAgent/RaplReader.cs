using System.Globalization;

namespace ModelOperator.EnergyAgent;

/// <summary>
/// RAPL through the kernel's powercap folder (Documentation/power/powercap): one folder per domain with name, energy_uj and max_energy_range_uj. The twin under
/// intel-rapl-mmio shows the same energy again and is left out.
/// </summary>
/// <param name="root">Folder, /sys/class/powercap.</param>
public sealed class RaplReader(string root)
{
    /// <summary>All domains, in order of their folders; empty where the machine has none. A counter that only root may read shows as null.</summary>
    public IReadOnlyList<RaplZone> Read()
    {
        if (!Directory.Exists(root))
            return [];
        return [.. Directory.EnumerateDirectories(root)
            .Where(d => Path.GetFileName(d).StartsWith("intel-rapl:", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(Zone)
            .OfType<RaplZone>()];
    }

    private static RaplZone? Zone(string folder)
    {
        if (Text(folder, "name") is not { Length: > 0 } name || Number(folder, "max_energy_range_uj") is not (> 0 and var range))
            return null;
        var watts = Enumerable.Range(0, 3).Select(i => Number(folder, $"constraint_{i}_max_power_uw")).OfType<ulong>().Where(w => w > 0).Select(w => w / 1e6).ToList();
        return new(Path.GetFileName(folder), name, Number(folder, "energy_uj"), range, watts.Count > 0 ? watts.Max() : null);
    }

    private static ulong? Number(string folder, string file) =>
        ulong.TryParse(Text(folder, file), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static string? Text(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file)).Trim();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
