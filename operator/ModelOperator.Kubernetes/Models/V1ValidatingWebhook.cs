namespace ModelOperator.Kubernetes;

/// <summary>One admission webhook.</summary>
public sealed record V1ValidatingWebhook : KubernetesValue
{
    /// <summary>Qualified name.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>Where it is called.</summary>
    public V1WebhookClientConfig ClientConfig { get; set; } = new();

    /// <summary>What it is called for.</summary>
    public List<V1RuleWithOperations>? Rules { get; set; }

    /// <summary>Fail or Ignore.</summary>
    public string? FailurePolicy { get; set; }

    /// <summary>Exact or Equivalent.</summary>
    public string? MatchPolicy { get; set; }

    /// <summary>None or NoneOnDryRun.</summary>
    public string SideEffects { get; set; } = "None";

    /// <summary>Seconds, 1 to 30.</summary>
    public int? TimeoutSeconds { get; set; }

    /// <summary>Review versions understood.</summary>
    public List<string> AdmissionReviewVersions { get; set; } = ["v1"];

    /// <summary>Namespaces.</summary>
    public V1LabelSelector? NamespaceSelector { get; set; }

    /// <summary>Objects.</summary>
    public V1LabelSelector? ObjectSelector { get; set; }
}
