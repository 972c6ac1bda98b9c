namespace ModelOperator.Kubernetes.Runtime;

/// <summary>The kinds of <see cref="ReconciliationResult"/>.</summary>
public enum ReconciliationOutcome
{
    /// <summary>Nothing to do until something changes.</summary>
    Done,

    /// <summary>Look again after a time.</summary>
    RequeueAfter,

    /// <summary>No further try until the object itself changes.</summary>
    Terminal,
}
