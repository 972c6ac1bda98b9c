namespace ModelOperator.TrainingRuns;

/// <summary>Looks for datasets before a GPU is taken.</summary>
public interface IDatasetProber
{
    /// <summary>One finding per dataset of the run, in the spec's order. Never throws for a source that fails.</summary>
    Task<IReadOnlyList<DatasetFinding>> ProbeAsync(V1TrainingRun run, CancellationToken cancellationToken);
}
