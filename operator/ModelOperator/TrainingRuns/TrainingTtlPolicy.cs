namespace ModelOperator.TrainingRuns;

/// <summary>What goes some time after the end of a run.</summary>
public enum TrainingTtlPolicy
{
    Children,
    Self,
    None,
}
