namespace ModelOperator.TrainingRuns;

/// <summary>Condition types of a TrainingRun.</summary>
public static class TrainingRunConditions
{
    public const string Ready = nameof(Ready);
    public const string Reconciling = nameof(Reconciling);
    public const string Stalled = nameof(Stalled);
    public const string DatasetsReady = nameof(DatasetsReady);
    public const string CarbonStart = nameof(CarbonStart);
    public const string BudgetReserved = nameof(BudgetReserved);
    public const string WithinBudget = nameof(WithinBudget);
    public const string PodsReady = nameof(PodsReady);
    public const string Registered = nameof(Registered);
    public const string Suspended = nameof(Suspended);
    public const string Paused = nameof(Paused);
    public const string Reused = nameof(Reused);
    public const string Expired = nameof(Expired);
    public const string Complete = nameof(Complete);
    public const string Failed = nameof(Failed);
}
