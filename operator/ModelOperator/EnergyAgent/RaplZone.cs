namespace ModelOperator.EnergyAgent;

/// <summary>One domain of RAPL as the kernel shows it.</summary>
/// <param name="Folder">Name of its folder, such as intel-rapl:0:1.</param>
/// <param name="Name">Name of the domain, such as package-0, core or dram.</param>
/// <param name="Microjoules">The counter; null when it could not be read.</param>
/// <param name="Range">Value after which it begins again, uJ.</param>
/// <param name="MaxWatts">Greatest power that the kernel names, W; null when it names none.</param>
public sealed record RaplZone(string Folder, string Name, ulong? Microjoules, ulong Range, double? MaxWatts);
