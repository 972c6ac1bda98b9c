namespace ModelOperator.TrainingRuns;

/// <summary>What a later attempt does with the checkpoints of an earlier one.</summary>
public enum TrainingResume
{
    Auto,
    Never,
}
