using ModelOperator.CanaryDeployments;
using ModelOperator.TrainingRuns;

namespace ModelOperator.ModelVersions;

/// <summary>All that a decision about a Model may know; of its namespace, other models' objects are left aside by the planner.</summary>
/// <param name="Runs">TrainingRuns that await a number.</param>
/// <param name="Versions">ModelVersions.</param>
/// <param name="Canaries">CanaryDeployments.</param>
public sealed record ModelObserved(
    IReadOnlyList<V1TrainingRun> Runs, IReadOnlyList<V1ModelVersion> Versions, IReadOnlyList<V1CanaryDeployment> Canaries)
{
    /// <summary>Names of versions that objects of the namespace remember, looked up for a Model without a status only: it may have been deleted and made anew.</summary>
    public IReadOnlyCollection<string> Remembered { get; init; } = [];
}
