using ModelOperator.Carbon.Estimates;
using ModelOperator.Carbon.Grid;
using ModelOperator.CarbonBudgets;
using ModelOperator.EnergyMetering;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.ModelVersions;

namespace ModelOperator.TrainingRuns;

/// <summary>All that a decision about a TrainingRun may know, fetched once.</summary>
public sealed record TrainingRunObserved
{
    /// <summary>Settings of the installation.</summary>
    public required OperatorOptions Options { get; init; }

    /// <summary>Average intensities of the run's zone as they are known now; the yearly table alone when null.</summary>
    public ZoneIntensity<AverageSignal>? Grid { get; init; }

    /// <summary>Marginal intensities of the zone, for a run that may wait or be paused for a cleaner grid; null elsewhere.</summary>
    public ZoneIntensity<MarginalSignal>? MarginalGrid { get; init; }

    /// <summary>What past runs of its kind say about estimates; nothing when null.</summary>
    public EstimateCalibration? Calibration { get; init; }

    /// <summary>What sensors say about the attempt that is about to be closed; null where none is asked.</summary>
    public PowerEvidence? Power { get; init; }

    /// <summary>
    /// Pods with the run's UID label, besides any Pod of the current attempt's name whoever owns it. A Pod that is bound and missing
    /// from the cache was asked for at the server itself before it is left out here.
    /// </summary>
    public IReadOnlyList<V1Pod> Pods { get; init; } = [];

    /// <summary>Budgets that cover the run, or may.</summary>
    public IReadOnlyList<V1CarbonBudget> Budgets { get; init; } = [];

    /// <summary>Budgets that hold something for the run, whether they still cover it or not.</summary>
    public IReadOnlyList<V1CarbonBudget> Holding { get; init; } = [];

    /// <summary>The Model of the spec's name, or null.</summary>
    public V1Model? Model { get; init; }

    /// <summary>The ModelVersion that names this run's UID as its source, or the one whose name the run was given; null when neither exists.</summary>
    public V1ModelVersion? Version { get; init; }

    /// <summary>How long the run has been asking the ledger without its status saying so; null where that is not possible.</summary>
    public TimeSpan? Asking { get; init; }

    /// <summary>Child runs of a sweep, and whoever else has the name of a trial on record; empty for a run without a sweep.</summary>
    public IReadOnlyList<V1TrainingRun> Trials { get; init; } = [];

    /// <summary>Findings about the spec's datasets; null when none were asked for in this pass.</summary>
    public IReadOnlyList<DatasetFinding>? Datasets { get; init; }

    /// <summary>ModelVersions of the run's model, one of which may answer a run that reuses; empty for any other run.</summary>
    public IReadOnlyList<V1ModelVersion> Versions { get; init; } = [];

    /// <summary>Versions that the gates of the Model hold the result against; empty before there is one.</summary>
    public IReadOnlyList<GateBaseline> Baselines { get; init; } = [];

    /// <summary>Children of a run that is over and has expired; null when they were not asked for in this pass.</summary>
    public TrainingRunLeftovers? Leftovers { get; init; }

    /// <summary>Store token and status token of the run.</summary>
    public TrainingRunTokens Tokens { get; init; } = TrainingRunTokens.None;

    /// <summary>What the trainer's log says, where its result has no metrics; null elsewhere.</summary>
    public LoggedMetrics? Logged { get; init; }

    /// <summary>The trainer's latest report, or null.</summary>
    public TrainingProgress? Progress { get; init; }

    /// <summary>Nodes of the current attempt's Pods that do not answer; looked up only when a rank has failed and its peers have not ended.</summary>
    public IReadOnlySet<string> LostNodes { get; init; } = EmptyNodes;

    /// <summary>Whether the server knows scheduling gates, without which a queue cannot hold Pods back.</summary>
    public bool SchedulingGates { get; init; } = true;

    /// <summary>Whether the server knows native sidecars, without which nothing runs beside a trainer.</summary>
    public bool Sidecars { get; init; }

    /// <summary>The run's place in the line of its namespace; null where nothing limits it or nothing was asked.</summary>
    public TrainingRunTurn? Turn { get; init; }

    private static readonly IReadOnlySet<string> EmptyNodes = new HashSet<string>(StringComparer.Ordinal);
}
