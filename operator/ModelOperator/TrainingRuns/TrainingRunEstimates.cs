using ModelOperator.Carbon;
using ModelOperator.Carbon.Data;
using ModelOperator.Carbon.Estimates;
using ModelOperator.EnergyMetering;
using ModelOperator.Hosting;

namespace ModelOperator.TrainingRuns;

/// <summary>The estimate of a run before it starts: the same in admission and in the reconciler. Pure.</summary>
public static class TrainingRunEstimates
{
    /// <summary>Estimates; null with a problem that names what to set.</summary>
    public static TrainingEstimate? Estimate(TrainingRunSpec spec, OperatorOptions options, out string? problem)
    {
        var grid = GridIntensityTable.BuiltIn.Lookup(ZoneOf(spec, options));
        var nodes = Math.Clamp(spec.Nodes, 1, TrainingRanks.Most);
        var gpus = TrainingQuantities.Gpus(spec.Resources) * nodes;
        var inputs = new RunEstimateInputs
        {
            DeclaredEnergy = spec.Carbon?.EstimateWattHours is { } wattHours ? new Energy(wattHours * 1000) : null,
            Device = gpus > 0 ? RunDevice.Gpu : RunDevice.Cpu,
            GpuCount = gpus,
            GpuModel = spec.Carbon?.GpuModel,
            CpuCores = (TrainingQuantities.CpuCores(spec.Resources) ?? 1) * nodes,
            RamGibibytes = TrainingQuantities.MemoryGibibytes(spec.Resources) * nodes,
            ExpectedDuration = spec.Carbon?.ExpectedSeconds is { } expected ? TimeSpan.FromSeconds(expected) : null,
            ActiveDeadline = TimeSpan.FromSeconds((spec.Deadlines ?? new()).ActiveSeconds),
            Pue = new PowerUsageEffectiveness(options.PueMilli),
            Intensity = grid.Intensity,
            IntensitySource = RunEnergyMeter.GridText(grid, ZoneOf(spec, options)),
        };
        if (!RunEstimator.TryEstimate(inputs, out var estimate, out problem))
            return null;
        return new TrainingEstimate
        {
            EnergyMilliwattHoursP50 = estimate.EnergyP50.MilliwattHours,
            EnergyMilliwattHoursP95 = estimate.EnergyP95.MilliwattHours,
            EmissionsMilligramsP50 = estimate.EmissionsP50.Milligrams,
            EmissionsMilligramsP95 = estimate.EmissionsP95.Milligrams,
            IntensityMilligramsPerKwh = grid.Intensity.MilligramsPerKilowattHour,
            Basis = string.Join(" ", estimate.Warnings.Prepend(estimate.Basis)),
        };
    }

    /// <summary>Zone of the spec, else of the installation.</summary>
    public static string ZoneOf(TrainingRunSpec spec, OperatorOptions options) => spec.Carbon?.Zone ?? options.Zone;
}
