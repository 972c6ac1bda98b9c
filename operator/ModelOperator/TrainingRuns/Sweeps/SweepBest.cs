using System.ComponentModel;
using ModelOperator.Api;

namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>The best trial so far with all that its registration needs, so that it does not depend on the child run's survival.</summary>
public sealed record SweepBest
{
    [Description("Number of the trial.")]
    public int Trial { get; init; }

    [Description("Name of its run.")]
    public required string Run { get; init; }

    [Description("UID of its run.")]
    public string? Uid { get; init; }

    [Description("Value of the objective.")]
    public required string Value { get; init; }

    [Description("The alternative that it used.")]
    public string? Choice { get; init; }

    [Description("All parameters that it was trained with.")]
    public IReadOnlyDictionary<string, string>? Params { get; init; }

    [Description("Its model.")]
    public ArtifactReference? Artifact { get; init; }

    [Description("Its metrics.")]
    public IReadOnlyList<NamedValue>? Metrics { get; init; }

    [Description("Device that it says it used.")]
    public string? Device { get; init; }

    [Description("What the names in its spec resolved to.")]
    public TrainingResolved? Resolved { get; init; }

    [Description("Energy of this trial alone, in milliwatt-hours.")]
    public long? EnergyMilliwattHours { get; init; }

    [Description("Emissions of this trial alone, in milligrams of CO2 equivalent.")]
    public long? EmissionsMilligrams { get; init; }
}
