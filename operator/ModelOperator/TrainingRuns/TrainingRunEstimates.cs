using ModelOperator.Carbon;
using ModelOperator.Carbon.Estimates;
using ModelOperator.Carbon.Grid;
using ModelOperator.Hosting;

namespace ModelOperator.TrainingRuns;

/// <summary>The estimate of a run before it starts: the same in admission and in the reconciler. Pure.</summary>
public static class TrainingRunEstimates
{
    /// <summary>Estimates with the yearly table; null with a problem that names what to set.</summary>
    public static TrainingEstimate? Estimate(TrainingRunSpec spec, OperatorOptions options, out string? problem) =>
        Estimate(spec, options, null, DateTimeOffset.UnixEpoch, out problem);

    /// <summary>Estimates a start at <paramref name="now"/>; null with a problem that names what to set.</summary>
    /// <param name="spec">The run.</param>
    /// <param name="options">Settings of the installation.</param>
    /// <param name="zone">Average intensities of the run's zone; the yearly table when null.</param>
    /// <param name="now">The time.</param>
    /// <param name="problem">What is missing; null on success.</param>
    /// <param name="past">What past runs of its kind say about estimates; nothing when null.</param>
    public static TrainingEstimate? Estimate(
        TrainingRunSpec spec, OperatorOptions options, ZoneIntensity<AverageSignal>? zone, DateTimeOffset now, out string? problem, EstimateCalibration? past = null)
    {
        var deadline = TimeSpan.FromSeconds((spec.Deadlines ?? new()).ActiveSeconds);
        var expected = spec.Carbon?.ExpectedSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        var grid = ExpectedIntensity.Of(zone ?? YearlyIntensity.Of(ZoneOf(spec, options)), now, expected is { } plan && plan < deadline ? plan : deadline);
        var nodes = Math.Clamp(spec.Nodes, 1, TrainingRanks.Most);
        var gpus = TrainingQuantities.Gpus(spec.Resources) * nodes;
        var declared = spec.Carbon?.EstimateWattHours is { } wattHours ? new Energy(wattHours * 1000) : (Energy?)null;
        var inputs = new RunEstimateInputs
        {
            DeclaredEnergy = declared,
            Calibration = declared is null && options.CalibrateEstimates && past is not null ? past : EstimateCalibration.None,
            Device = gpus > 0 ? RunDevice.Gpu : RunDevice.Cpu,
            GpuCount = gpus,
            GpuModel = spec.Carbon?.GpuModel,
            CpuCores = (TrainingQuantities.CpuCores(spec.Resources) ?? 1) * nodes,
            RamGibibytes = TrainingQuantities.MemoryGibibytes(spec.Resources) * nodes,
            ExpectedDuration = expected,
            ActiveDeadline = deadline,
            Pue = new PowerUsageEffectiveness(options.PueMilli),
            Intensity = grid.Mean,
            IntensitySource = grid.Source,
            IntensitySigma = grid.Sigma,
        };
        if (!RunEstimator.TryEstimate(inputs, out var estimate, out problem))
            return null;
        return new TrainingEstimate
        {
            EnergyMilliwattHoursP50 = estimate.EnergyP50.MilliwattHours,
            EnergyMilliwattHoursP95 = estimate.EnergyP95.MilliwattHours,
            RawEnergyMilliwattHours = declared is null ? estimate.RawEnergy.MilliwattHours : null,
            EmissionsMilligramsP50 = estimate.EmissionsP50.Milligrams,
            EmissionsMilligramsP95 = estimate.EmissionsP95.Milligrams,
            IntensityMilligramsPerKwh = grid.Mean.MilligramsPerKilowattHour,
            IntensityQuality = grid.Quality.ToString(),
            Basis = string.Join(" ", estimate.Warnings.Prepend(estimate.Basis)),
        };
    }

    /// <summary>Zone of the spec, else of the installation.</summary>
    public static string ZoneOf(TrainingRunSpec spec, OperatorOptions options) => spec.Carbon?.Zone ?? options.Zone;
}
