using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.CanaryDeployments;

/// <summary>
/// The condition UpdateBlocked: the stable version's Deployment cannot roll out what spec.server asks for, and the Pods made before serve on. It moves no traffic and ends by itself.
/// </summary>
public static class CanaryUpdates
{
    /// <summary>The condition, there only while it is true, and its event.</summary>
    public const string UpdateBlocked = nameof(UpdateBlocked);

    /// <summary>Adds the condition to a move, and its event when it is new.</summary>
    internal static CanaryMove Settle(CanaryContext c, CanaryMove move)
    {
        var stable = move.Status.StableVersion;
        var old = Conditions.Find(c.Status.Conditions, UpdateBlocked);
        if (stable is null || stable != c.Status.StableVersion || c.Workload(stable) is not { } workload)
            return move;
        if (workload.Stuck is not { } stuck)
            // While the Deployment's status lags behind its spec nothing new is known.
            return workload.Lags && old is not null ? move with { Blocked = old } : move;
        var subject = CanaryText.Cut($"The new Pods of {stable} do not come up: {stuck.Subject}", CanaryText.Problem);
        var message = Message(subject, stuck.Detail);
        // A crash's own words hold times and numbers, which are not worth a write.
        if (old?.Reason == stuck.Reason && old.Message?.StartsWith(subject, StringComparison.Ordinal) == true)
            message = old.Message;
        return move with
        {
            Blocked = new() { Type = UpdateBlocked, Reason = stuck.Reason, Message = message },
            Notes = old is null ? move.Notes.Add(new(true, UpdateBlocked, message)) : move.Notes,
        };
    }

    private static string Message(string subject, string detail) =>
        $"{subject}{(detail.Length > 0 ? $": {CanaryText.Cut(detail, CanaryText.Problem)}" : "")}. The Pods made before serve on. Correct spec.server or put it back; look at the Pod's events and logs.";
}
