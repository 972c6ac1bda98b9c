using System.ComponentModel;

namespace ModelOperator.TrainingRuns;

/// <summary>What a phase of a run took and what it cost.</summary>
public sealed record TrainingPhaseAccount
{
    [Description("Data (datasets are fetched and verified), Training, or Evaluation (the result is hashed, checked and published).")]
    public required string Phase { get; init; }

    [Description("Seconds that it took.")]
    public long Seconds { get; init; }

    [Description("Seconds that GPUs were held meanwhile, summed over all GPUs of all nodes.")]
    public long GpuSeconds { get; init; }

    [Description("Energy in milliwatt-hours, PUE not included; absent where it is not known.")]
    public long? EnergyMilliwattHours { get; init; }

    [Description("Emissions in milligrams of CO2 equivalent, PUE included; absent where the energy is not known.")]
    public long? EmissionsMilligrams { get; init; }

    [Description("Cost in millionths of the currency; absent where something has no price.")]
    public long? CostMicros { get; init; }
}
