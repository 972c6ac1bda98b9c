using ModelOperator.Carbon.Grid;
using ModelOperator.CarbonBudgets;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Kueue;

/// <summary>All that a decision about a Workload may know.</summary>
public sealed record BudgetCheckFacts
{
    /// <summary>The Workload.</summary>
    public required Workload Workload { get; init; }

    /// <summary>The AdmissionCheck.</summary>
    public required AdmissionCheck Check { get; init; }

    /// <summary>Whose Pods they are.</summary>
    public required WorkloadOwner Owner { get; init; }

    /// <summary>Their run; null unless <see cref="Owner"/> is <see cref="WorkloadOwner.Run"/>.</summary>
    public V1TrainingRun? Run { get; init; }

    /// <summary>All budgets of the namespace, and those over many.</summary>
    public required IReadOnlyList<V1CarbonBudget> Budgets { get; init; }

    /// <summary>Labels of the namespace.</summary>
    public LabelsByNamespace? Labels { get; init; }

    /// <summary>Average intensities of the run's zone; null when nothing is known.</summary>
    public ZoneIntensity<AverageSignal>? Grid { get; init; }

    /// <summary>The time.</summary>
    public required DateTimeOffset Now { get; init; }
}
