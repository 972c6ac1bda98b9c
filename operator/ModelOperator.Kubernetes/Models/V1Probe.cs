namespace ModelOperator.Kubernetes;

/// <summary>A health check.</summary>
public sealed record V1Probe : KubernetesValue
{
    /// <summary>HTTP check.</summary>
    public V1HttpGetAction? HttpGet { get; set; }

    /// <summary>TCP check.</summary>
    public V1TcpSocketAction? TcpSocket { get; set; }

    /// <summary>Command check.</summary>
    public V1ExecAction? Exec { get; set; }

    /// <summary>Seconds before the first check.</summary>
    public int? InitialDelaySeconds { get; set; }

    /// <summary>Seconds between checks.</summary>
    public int? PeriodSeconds { get; set; }

    /// <summary>Seconds until a check fails.</summary>
    public int? TimeoutSeconds { get; set; }

    /// <summary>Successes to become healthy.</summary>
    public int? SuccessThreshold { get; set; }

    /// <summary>Failures to become unhealthy.</summary>
    public int? FailureThreshold { get; set; }
}
