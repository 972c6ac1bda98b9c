namespace ModelOperator.Trainer.Tests;

/// <summary>Tests of what a whole process holds: no others run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneGroup
{
    internal const string Name = "alone in the process";
}
