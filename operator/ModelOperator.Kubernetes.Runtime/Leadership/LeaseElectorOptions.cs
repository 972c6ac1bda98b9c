namespace ModelOperator.Kubernetes.Runtime.Leadership;

/// <summary>Behaviour of a leader election. Must hold: <see cref="Retry"/> &lt; <see cref="RenewDeadline"/> &lt; <see cref="Duration"/>.</summary>
public sealed record LeaseElectorOptions
{
    /// <summary>Namespace of the Lease.</summary>
    public required string NamespaceName { get; init; }

    /// <summary>Name of the Lease.</summary>
    public required string Name { get; init; }

    /// <summary>Identity of this process, unique among all that ever lived: <c>pod_uid</c>.</summary>
    public required string Identity { get; init; }

    /// <summary>How long others wait after the last renewal they saw. Default 15 s.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a leader keeps trying to renew before it gives up by itself. Default 10 s.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time between tries. Default 2 s.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Throws when the times contradict each other.</summary>
    /// <exception cref="ArgumentException">They do.</exception>
    public void Validate()
    {
        if (!(TimeSpan.Zero < Retry && Retry < RenewDeadline && RenewDeadline < Duration))
            throw new ArgumentException($"a lease needs 0 < retry ({Retry}) < renew deadline ({RenewDeadline}) < duration ({Duration})");
        if (Identity.Length == 0)
            throw new ArgumentException("a lease needs an identity");
    }
}
