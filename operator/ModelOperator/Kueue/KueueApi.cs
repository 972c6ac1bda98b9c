namespace ModelOperator.Kueue;

/// <summary>Names of Kueue's contract with controllers of AdmissionChecks, and ours within it.</summary>
public static class KueueApi
{
    public const string Group = "kueue.x-k8s.io";

    /// <summary>Versions whose fields in use are the same, best first.</summary>
    public static readonly string[] Versions = ["v1beta2", "v1beta1"];

    /// <summary><c>spec.controllerName</c> of the AdmissionChecks that are ours.</summary>
    public const string ControllerName = "modeloperator.io/carbon-budget";

    /// <summary>On an AdmissionCheck of ours: <see cref="RejectOthers"/> rejects Workloads that no TrainingRun made where budgets rule; else they pass.</summary>
    public const string OthersAnnotation = "modeloperator.io/other-workloads";
    public const string RejectOthers = "Reject";

    /// <summary>Condition of an AdmissionCheck; ClusterQueues admit nothing while it is not True.</summary>
    public const string Active = nameof(Active);

    /// <summary>Conditions of a Workload.</summary>
    public const string QuotaReserved = nameof(QuotaReserved);
    public const string Admitted = nameof(Admitted);
    public const string Finished = nameof(Finished);

    /// <summary>States of a check of a Workload.</summary>
    public const string Pending = nameof(Pending);
    public const string Ready = nameof(Ready);

    /// <summary>Kueue takes the quota back, sets the check to Pending, and queues the Workload again.</summary>
    public const string Retry = nameof(Retry);

    /// <summary>Kueue deactivates the Workload.</summary>
    public const string Rejected = nameof(Rejected);
}
