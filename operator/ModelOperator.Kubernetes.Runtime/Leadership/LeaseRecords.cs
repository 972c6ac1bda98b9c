namespace ModelOperator.Kubernetes.Runtime.Leadership;

/// <summary>Lease objects as they are written; pure. Replacing them carries the version that was read: compare-and-swap.</summary>
internal static class LeaseRecords
{
    public static V1Lease New(LeaseElectorOptions options, DateTimeOffset now) => new()
    {
        Metadata = new V1ObjectMeta { Name = options.Name, NamespaceProperty = options.NamespaceName },
        Spec = new V1LeaseSpec
        {
            HolderIdentity = options.Identity,
            LeaseDurationSeconds = Seconds(options.Duration),
            AcquireTime = now,
            RenewTime = now,
            LeaseTransitions = 0,
        },
    };

    public static V1Lease Renewed(V1Lease current, LeaseElectorOptions options, DateTimeOffset now)
    {
        var spec = current.Spec ?? new V1LeaseSpec();
        var ours = spec.HolderIdentity == options.Identity;
        return current with
        {
            Spec = spec with
            {
                HolderIdentity = options.Identity,
                LeaseDurationSeconds = Seconds(options.Duration),
                AcquireTime = ours ? spec.AcquireTime : now,
                RenewTime = now,
                LeaseTransitions = (spec.LeaseTransitions ?? 0) + (ours ? 0 : 1),
            },
        };
    }

    public static V1Lease Released(V1Lease current, DateTimeOffset now) => current with
    {
        Spec = (current.Spec ?? new V1LeaseSpec()) with { HolderIdentity = "", LeaseDurationSeconds = 1, RenewTime = now },
    };

    private static int Seconds(TimeSpan duration) => Math.Max(1, (int)Math.Ceiling(duration.TotalSeconds));
}
