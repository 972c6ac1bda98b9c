namespace ModelOperator.Api;

/// <summary>Names shared by every kind: group, version, labels, annotations and finalizers.</summary>
public static class ModelOperatorApi
{
    public const string Group = "modeloperator.io";
    public const string Version = "v1alpha1";
    public const string GroupVersion = Group + "/" + Version;

    /// <summary>Name of the TrainingRun that a child belongs to (cut to 63 characters; the owner reference is the truth).</summary>
    public const string RunLabel = Group + "/run";
    public const string RunUidLabel = Group + "/run-uid";
    public const string AttemptLabel = Group + "/attempt";
    public const string CanaryLabel = Group + "/canary";
    public const string ArmLabel = Group + "/arm";
    public const string VersionLabel = Group + "/version";
    public const string ModelLabel = Group + "/model";
    public const string ComponentLabel = Group + "/component";
    public const string ManagedByLabel = "app.kubernetes.io/managed-by";
    public const string ManagedBy = "model-operator";

    /// <summary>A person's command: <c>"&lt;action&gt; &lt;id&gt;"</c>. Acknowledged in <c>status.lastCommand</c>, never repeated.</summary>
    public const string CommandAnnotation = Group + "/command";

    /// <summary>Who created the object; set by the mutating webhook, see <see cref="Creators"/>.</summary>
    public const string CreatedByAnnotation = Group + "/created-by";

    /// <summary>On a Namespace: how many of its runs may train at once. A cluster administrator's word: users cannot write Namespaces.</summary>
    public const string MaxConcurrentRunsAnnotation = Group + "/max-concurrent-runs";
}
