namespace ModelOperator.TrainingRuns;

/// <summary>Whether a run may be answered by an earlier one.</summary>
public enum TrainingReuse
{
    Never,
    IfIdentical,
}
