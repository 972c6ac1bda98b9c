using ModelOperator.Carbon.Metering;

namespace ModelOperator.EnergyMetering;

/// <summary>What sensors say about a Pod's energy, as facts.</summary>
public sealed record PowerEvidence
{
    /// <summary>The Pod's share of each GPU it held, over the attempt; null when they were not measured.</summary>
    public IReadOnlyList<EnergyReading>? Gpus { get; init; }

    /// <summary>How the GPUs were measured: counter, or power where any of them has no counter.</summary>
    public MeasurementMethod GpuMethod { get; init; }

    /// <summary>Where the GPUs' figures come from and by which rule they were shared, for people.</summary>
    public string? GpuSource { get; init; }

    /// <summary>Why the GPUs were not measured; null when they were, or when the Pod held none.</summary>
    public string? GpuProblem { get; init; }

    /// <summary>Mean utilisation of the GPUs' boards over the attempt, percent; null where no series tells it.</summary>
    public int? GpuUtilisationPercent { get; init; }

    /// <summary>The Pod's CPU energy, one reading per power domain that does not overlap another; null when it was not measured.</summary>
    public IReadOnlyList<EnergyReading>? Cpu { get; init; }

    /// <summary>True when the CPU's domains include the memory.</summary>
    public bool CpuIncludesMemory { get; init; }

    /// <summary>Where the CPU's figures come from, for people.</summary>
    public string? CpuSource { get; init; }

    /// <summary>What the Pod used of CPU, memory, disk and network; null when it is not known. Of several Pods it is the first one's.</summary>
    public PodUsage? Usage { get; init; }

    /// <summary>True when the sensors could not be asked: another time they may answer.</summary>
    public bool Away { get; init; }

    /// <summary>Several Pods as one: measured only where each of them is.</summary>
    public static PowerEvidence Of(IReadOnlyList<PowerEvidence> pods)
    {
        if (pods.Count == 1)
            return pods[0];
        var gpus = pods.All(static p => p.Gpus is { Count: > 0 });
        var cpu = pods.All(static p => p.Cpu is { Count: > 0 }) && pods.Select(static p => p.CpuIncludesMemory).Distinct().Count() == 1;
        return new()
        {
            Gpus = gpus ? [.. pods.SelectMany(static p => p.Gpus!)] : null,
            GpuMethod = pods.Max(static p => p.GpuMethod),
            GpuSource = gpus ? string.Join("; ", pods.Select(static p => p.GpuSource).Distinct(StringComparer.Ordinal)) : null,
            GpuUtilisationPercent = gpus && pods.All(static p => p.GpuUtilisationPercent is not null) ? (int)pods.Average(static p => p.GpuUtilisationPercent!.Value) : null,
            GpuProblem = pods.Select(static p => p.GpuProblem).FirstOrDefault(static p => p is not null),
            Cpu = cpu ? [.. pods.SelectMany(static p => p.Cpu!)] : null,
            CpuIncludesMemory = cpu && pods[0].CpuIncludesMemory,
            CpuSource = cpu ? pods[0].CpuSource : null,
            Usage = pods[0].Usage,
            Away = pods.Any(static p => p.Away),
        };
    }
}
