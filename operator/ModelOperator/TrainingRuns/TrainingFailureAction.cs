namespace ModelOperator.TrainingRuns;

/// <summary>What follows when a failure rule matches.</summary>
public enum TrainingFailureAction
{
    FailRun,
    Retry,
    RetryIgnoreLimit,
}
