namespace ModelOperator.Kubernetes.Runtime.Certificates;

/// <summary>Certificates of the admission endpoints.</summary>
public sealed record WebhookCertificateOptions
{
    /// <summary>Namespace of the Secret and of the Service.</summary>
    public required string NamespaceName { get; init; }

    /// <summary>Secret that all replicas share.</summary>
    public required string SecretName { get; init; }

    /// <summary>Service under which the API server calls.</summary>
    public required string ServiceName { get; init; }

    /// <summary>Webhook configurations, validating and mutating, whose caBundle is kept in step; none when null.</summary>
    public string? WebhookConfigurationName { get; init; }

    /// <summary>Life of an authority. Default 2 years.</summary>
    public TimeSpan AuthorityLife { get; init; } = TimeSpan.FromDays(730);

    /// <summary>Life of a serving certificate. Default 90 days; renewed when a third is left.</summary>
    public TimeSpan ServingLife { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long a new authority is announced before it signs. Default 1 h.</summary>
    public TimeSpan Announce { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Time between looks at the Secret. Default 1 minute.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);
}
