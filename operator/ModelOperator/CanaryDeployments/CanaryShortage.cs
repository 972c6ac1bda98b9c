using System.ComponentModel;

namespace ModelOperator.CanaryDeployments;

/// <summary>
/// Time that the canary was without its Pods in the step under way. Pods that come back stop the clock and do not turn it back: readiness that flaps is a failure
/// too. It begins anew with the next step, and after Pods were whole for as long as the deadline.
/// </summary>
public sealed record CanaryShortage
{
    [Description("Seconds of earlier shortages.")]
    public int Seconds { get; init; }

    [Description("When the shortage under way began; absent while the Pods are whole.")]
    public DateTimeOffset? Since { get; init; }

    [Description("Since when the Pods are whole again.")]
    public DateTimeOffset? WholeSince { get; init; }

    /// <summary>All of it up to now.</summary>
    public TimeSpan Total(DateTimeOffset now) => TimeSpan.FromSeconds(Seconds) + (now - (Since ?? now));

    /// <summary>The next state; null when there has been no shortage.</summary>
    /// <param name="old">The state so far.</param>
    /// <param name="whole">Whether all Pods are available.</param>
    /// <param name="deadline">The deadline that it is held against.</param>
    /// <param name="now">The time.</param>
    public static CanaryShortage? Next(CanaryShortage? old, bool whole, TimeSpan deadline, DateTimeOffset now) => (whole, old) switch
    {
        (true, { Since: not null }) => new() { Seconds = (int)old.Total(now).TotalSeconds, WholeSince = now },
        (true, _) or (false, { Since: not null }) => old,
        (false, { WholeSince: { } since }) when now - since < deadline => old with { Since = now, WholeSince = null },
        _ => new() { Since = now },
    };

    /// <summary>A step that ended is progress.</summary>
    public static CanaryMove Reset(CanaryContext c, CanaryMove move)
    {
        var (old, next) = (c.Status, move.Status);
        var same = next.CanaryVersion is not null && next.CanaryVersion == old.CanaryVersion && next.StepIndex == old.StepIndex
            && (next.Phase == old.Phase || !CanaryDefaults.TakesAll(next.Phase));
        return same ? move : move with { Status = next with { Shortage = null } };
    }
}
