namespace ModelOperator.Trainer.Tests;

/// <summary>
/// Trainings that are compared by their bytes, run beside nothing else: OpenBLAS's number of threads belongs to the process, so a training of another test could change how sums are split.
/// A trainer trains one model at a time.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneGroup
{
    internal const string Name = "alone";
}
