namespace ModelOperator.Trainer.Tests;

/// <summary>
/// Tests beside which no others run: of what a whole process holds, and trainings that are compared by their bytes, since OpenBLAS's number of threads belongs to the process,
/// so a training of another test could change how sums are split. A trainer trains one model at a time.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneGroup
{
    internal const string Name = "alone";
}
