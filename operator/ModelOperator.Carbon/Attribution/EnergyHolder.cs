namespace ModelOperator.Carbon.Attribution;

/// <summary>Somebody who holds a device, or a part of it, for an interval.</summary>
/// <param name="Name">Who, for example a pod's UID.</param>
/// <param name="ActiveWeight">
/// Share in the activity, on any common scale: SM utilisation (time-slicing), GR_ENGINE_ACTIVE (MIG), CPU seconds. Not negative.
/// </param>
/// <param name="HeldShare">
/// Part of the device that is reserved, 0 to 1: 1 for a whole GPU, 1/n under time-slicing, slices/7 under MIG,
/// max(request, usage)/allocatable for CPU and memory.
/// </param>
public readonly record struct EnergyHolder(string Name, double ActiveWeight, double HeldShare)
{
    private const double MigSlices = 7;

    /// <summary>The only holder of a whole device: all its energy, idle included, from allocation to release (SCI: "reserved").</summary>
    public static EnergyHolder Whole(string name) => new(name, 1, 1);

    /// <summary>One of several holders of a time-sliced GPU.</summary>
    public static EnergyHolder TimeSliced(string name, double smUtilisation, int holders) => new(name, smUtilisation, 1.0 / holders);

    /// <summary>A holder of a MIG instance of some of the seven slices.</summary>
    public static EnergyHolder Mig(string name, double engineActive, int slices) => new(name, engineActive, slices / MigSlices);

    /// <summary>A user of a node's CPUs.</summary>
    public static EnergyHolder Cpu(string name, double cpuSeconds, double requestedCores, double usedCores, double allocatableCores) =>
        new(name, cpuSeconds, Math.Max(requestedCores, usedCores) / allocatableCores);
}
