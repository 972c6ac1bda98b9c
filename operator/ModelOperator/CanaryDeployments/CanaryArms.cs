using ModelOperator.CanaryDeployments.Routing;

namespace ModelOperator.CanaryDeployments;

/// <summary>The versions under test: one for a canary, every arm but the control for an A/B test.</summary>
public static class CanaryArms
{
    /// <summary>All versions under test; none without a canary.</summary>
    public static IReadOnlyList<CanaryArm> Of(CanaryDeploymentStatus? status)
    {
        if (status?.CanaryVersion is not { } version)
            return [];
        return status.Experiment is { } test
            ? [.. test.Arms.Skip(1).Select(arm => new CanaryArm(arm.Name, arm.Version, arm.Weight))]
            : [new("canary", version, status.Weights?.Canary ?? 0)];
    }

    /// <summary>Names of the versions under test.</summary>
    public static IEnumerable<string> Versions(CanaryDeploymentStatus? status) => Of(status).Select(arm => arm.Version);

    /// <summary>All ModelVersions that an object names, in its spec or in its status.</summary>
    public static IEnumerable<string> Named(V1CanaryDeployment canary) => new[] { canary.Spec.VersionRef.Name, canary.Status?.StableVersion, canary.Status?.CanaryVersion }
        .Concat(Versions(canary.Status)).Concat((canary.Spec.Strategy?.AbTest?.Arms ?? []).Select(arm => arm.VersionRef.Name))
        .OfType<string>().Where(name => name.Length > 0).Distinct(StringComparer.Ordinal);

    /// <summary>The arm that takes everything in phase Promoting: the winner, or the canary.</summary>
    public static CanaryArm Promoted(CanaryDeploymentStatus status)
    {
        var arms = Of(status);
        return arms.FirstOrDefault(arm => arm.Name == status.Experiment?.Winner) ?? arms.First(arm => arm.Version == status.CanaryVersion);
    }

    /// <summary>The arms whose Pods must be whole: all of them, in a promotion the one that takes everything.</summary>
    public static IReadOnlyList<CanaryArm> Needed(CanaryDeploymentStatus status) => status.Phase == CanaryPhase.Promoting ? [Promoted(status)] : Of(status);

    /// <summary>Replicas of an arm.</summary>
    /// <param name="spec">Spec.</param>
    /// <param name="status">Status.</param>
    /// <param name="arm">The arm.</param>
    /// <param name="aim">Percent that its Pods are made for, where they are the router; its weight when null.</param>
    public static int Replicas(CanaryDeploymentSpec spec, CanaryDeploymentStatus status, CanaryArm arm, int? aim = null) => ReplicaRatio.CanaryReplicas(
        spec, status.Phase == CanaryPhase.Promoting && Promoted(status).Version != arm.Version ? status with { Phase = CanaryPhase.Progressing } : status, aim ?? arm.Weight);

    /// <summary>The weights that the steps ask for, by arm.</summary>
    public static IReadOnlyList<int> Wanted(CanaryContext c)
    {
        var total = CanaryTraffic.Wanted(c.Steps, c.Status);
        if (c.Status.Experiment is not { } test)
            return [total];
        var arms = Of(c.Status);
        if (c.Status.Phase != CanaryPhase.Promoting)
            return [.. test.Arms.Skip(1).Select(arm => total > 0 ? arm.Share : 0)];
        // Users move once, when the winner can take them all.
        var winner = Promoted(c.Status);
        return IsWhole(c, winner) ? [.. arms.Select(arm => arm.Name == winner.Name ? 100 : 0)] : [.. arms.Select(arm => arm.Weight)];
    }

    /// <summary>The status with the weights that may be set now, by the invariants of <see cref="CanaryTraffic.Allowed"/> for every arm.</summary>
    public static CanaryDeploymentStatus Weighted(CanaryContext c, IReadOnlyList<int> wanted)
    {
        var arms = Of(c.Status);
        int[] allowed = [.. arms.Select((arm, i) => CanaryTraffic.Allowed(
            wanted[i], arm.Weight, c.Workload(arm.Version), Replicas(c.Spec, c.Status, arm, wanted[i]), c.Workload(c.Status.StableVersion)))];
        if (allowed.Contains(100))
            allowed = [.. allowed.Select(weight => weight == 100 ? 100 : 0)];
        return With(c.Status, allowed);
    }

    /// <summary>True when an arm has all the Pods that it needs.</summary>
    public static bool IsWhole(CanaryContext c, CanaryArm arm, int? aim = null) => (c.Workload(arm.Version)?.Available ?? 0) >= Replicas(c.Spec, c.Status, arm, aim);

    /// <summary>A test that ended: its numbers stay, its traffic is on the version that serves.</summary>
    public static AbTestStatus? Ended(AbTestStatus? test, string? serving) =>
        test is null ? null : test with { Arms = [.. test.Arms.Select(arm => arm with { Weight = arm.Version == serving ? 100 : 0 })] };

    private static CanaryDeploymentStatus With(CanaryDeploymentStatus status, int[] weights)
    {
        var sum = weights.Sum();
        return status with
        {
            Weights = new() { Stable = 100 - sum, Canary = sum },
            Experiment = status.Experiment is not { } test ? null : test with
            {
                Arms = [.. test.Arms.Select((arm, i) => arm with { Weight = i == 0 ? 100 - sum : weights[i - 1] })],
            },
        };
    }
}
