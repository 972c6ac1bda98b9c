namespace ModelOperator.CanaryDeployments;

/// <summary>
/// Pods of a version under test that go although it is whole without them: fewer are wanted, or others. What they answer on their way out says nothing about the version, so
/// meanwhile no look is taken, and afterwards numbers count from when they had gone. A container that dies is no such Pod, nor is one that the version lacks: these count.
/// </summary>
public static class CanaryDrain
{
    /// <summary>What was seen, without looks that such Pods have a part in.</summary>
    internal static CanaryContext WithoutLooks(CanaryContext c) =>
        Until(c) is null || c.Seen.Looks.IsEmpty ? c : c with { Seen = c.Seen with { Looks = c.Seen.Looks.Clear() } };

    /// <summary>Says in the status from when on numbers count. One that is to come says that Pods are on their way out, until then at the latest.</summary>
    internal static CanaryMove Apply(CanaryContext c, CanaryMove move)
    {
        var same = move.Status.CanaryVersion is { } version && version == c.Status.CanaryVersion;
        var old = same ? c.Status.CountedFrom : null;
        var from = !same ? null : Until(c) is { } until ? (old > until ? old : until) : old > c.Now ? c.Now : old;
        from = from > move.Status.StepStartedAt ? from : null;
        if (from == move.Status.CountedFrom)
            return move;
        // When to look again was reckoned from what held before.
        return move with { Status = move.Status with { CountedFrom = from }, Requeue = same ? TimeSpan.Zero : move.Requeue };
    }

    /// <summary>From when on the numbers of a metric count. Late labels are about predictions of earlier, which these Pods answered well.</summary>
    internal static DateTimeOffset? From(CanaryDeploymentStatus status, CanaryMetric metric) =>
        metric.LabelDelaySeconds is null && status.CountedFrom > status.StepStartedAt ? status.CountedFrom : status.StepStartedAt;

    /// <summary>When a look may be taken at the earliest: when its window holds nothing of the Pods that went.</summary>
    internal static DateTimeOffset? Earliest(CanaryDeploymentStatus status, CanaryMetric metric) =>
        From(status, metric) is { } from && from > status.StepStartedAt ? from + TimeSpan.FromSeconds(metric.WindowSeconds ?? CanaryWindow.Least) : null;

    private static DateTimeOffset? Until(CanaryContext c) =>
        CanaryArms.Versions(c.Status).Select(version => c.Workload(version)?.LeavingUntil).Where(until => until > c.Now).Max();
}
