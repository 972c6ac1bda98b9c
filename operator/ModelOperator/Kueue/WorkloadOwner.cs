namespace ModelOperator.Kueue;

/// <summary>Whose Pods a Workload is about.</summary>
public enum WorkloadOwner
{
    /// <summary>Nobody's that budgets know.</summary>
    Other,

    /// <summary>All are of one TrainingRun, which made them.</summary>
    Run,

    /// <summary>They are of a TrainingRun that is not there.</summary>
    RunGone,

    /// <summary>They carry the label of a run that did not make them, or are of several.</summary>
    Borrowed,
}
