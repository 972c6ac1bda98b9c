using ModelOperator.Carbon.Grid;

namespace ModelOperator.EnergyMetering;

/// <summary>What is known about one ended attempt that its energy can be told from.</summary>
public sealed record RunEnergyInputs
{
    /// <summary>Time that the trainer's container ran.</summary>
    public required TimeSpan Trained { get; init; }

    /// <summary>Device that the trainer says it used: cpu, cuda, or null when it said nothing.</summary>
    public string? Device { get; init; }

    /// <summary>CPU seconds that the trainer reported, or that the kubelet counted; or null.</summary>
    public double? CpuSeconds { get; init; }

    /// <summary>Who told the CPU seconds, for people.</summary>
    public string CpuToldBy { get; init; } = "reported by the trainer";

    /// <summary>Joules of the GPUs that the trainer reported, or null.</summary>
    public double? GpuJoules { get; init; }

    /// <summary>CPU cores that the Pod may use; null when it names none.</summary>
    public double? CpuCores { get; init; }

    /// <summary>Memory that the Pod holds, GiB; 0 when it names none.</summary>
    public double MemoryGibibytes { get; init; }

    /// <summary>Nodes that ran the same at once; all amounts here are of one of them, and reports are rank 0's.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>GPUs that the Pod holds.</summary>
    public int GpuCount { get; init; }

    /// <summary>Product name of the GPU, or null.</summary>
    public string? GpuModel { get; init; }

    /// <summary>When the trainer ended; the energy belongs to the time before it.</summary>
    public DateTimeOffset Ended { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>What sensors say; null where none is asked.</summary>
    public PowerEvidence? Power { get; init; }

    /// <summary>Grid zone, for the yearly table.</summary>
    public string? Zone { get; init; }

    /// <summary>Intensities of the zone over time; the yearly table alone when null.</summary>
    public ZoneIntensity<AverageSignal>? Intensity { get; init; }

    /// <summary>Power usage effectiveness in thousandths.</summary>
    public int PueMilli { get; init; } = 1000;
}
