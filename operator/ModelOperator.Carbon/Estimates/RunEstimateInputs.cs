using ModelOperator.Carbon.Data;
using ModelOperator.Carbon.Metering;

namespace ModelOperator.Carbon.Estimates;

/// <summary>All that an estimate may know about a run before it starts.</summary>
public sealed record RunEstimateInputs
{
    /// <summary>IT energy (without PUE) that the user expects; wins over the model.</summary>
    public Energy? DeclaredEnergy { get; init; }

    /// <summary>What the run computes on.</summary>
    public RunDevice Device { get; init; }

    /// <summary>Whole GPUs; only with <see cref="RunDevice.Gpu"/>.</summary>
    public int GpuCount { get; init; }

    /// <summary>Product name of the GPU; unknown or null takes the greatest rated power of the table, with a warning.</summary>
    public string? GpuModel { get; init; }

    /// <summary>CPU cores requested.</summary>
    public double CpuCores { get; init; }

    /// <summary>Memory requested, GiB.</summary>
    public double RamGibibytes { get; init; }

    /// <summary>How long it is expected to compute: the user's word, or the median of past runs of its kind.</summary>
    public TimeSpan? ExpectedDuration { get; init; }

    /// <summary>When it is stopped at the latest; the worst case where nothing is expected, and the cap of every estimate.</summary>
    public TimeSpan? ActiveDeadline { get; init; }

    /// <summary>PUE of the facility.</summary>
    public PowerUsageEffectiveness Pue { get; init; }

    /// <summary>Mean intensity over the planned time.</summary>
    public required CarbonIntensity Intensity { get; init; }

    /// <summary>Where the intensity comes from, for the basis text.</summary>
    public string IntensitySource { get; init; } = "given";

    /// <summary>
    /// Standard deviation of the logarithm of (intensity at settlement / <see cref="Intensity"/>); 0 when the same figure settles the run,
    /// as with a yearly table.
    /// </summary>
    public double IntensitySigma { get; init; }

    /// <summary>What past runs of the kind say about estimates.</summary>
    public EstimateCalibration Calibration { get; init; } = EstimateCalibration.None;

    /// <summary>Constants of CPU and memory.</summary>
    public CpuPowerModel CpuModel { get; init; } = CpuPowerModel.Default;

    /// <summary>Constants of GPUs.</summary>
    public GpuPowerModel GpuModelConstants { get; init; } = GpuPowerModel.Default;

    /// <summary>Rated powers.</summary>
    public GpuPowerTable GpuTable { get; init; } = GpuPowerTable.BuiltIn;
}
