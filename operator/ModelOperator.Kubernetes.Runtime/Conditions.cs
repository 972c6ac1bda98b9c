namespace ModelOperator.Kubernetes.Runtime;

/// <summary>Reading and changing lists of conditions; pure, the given lists are never changed.</summary>
public static class Conditions
{
    /// <summary>Status "True".</summary>
    public const string True = "True";

    /// <summary>Status "False".</summary>
    public const string False = "False";

    /// <summary>Status "Unknown".</summary>
    public const string Unknown = "Unknown";

    /// <summary>
    /// A list with the condition set. <c>lastTransitionTime</c> becomes <paramref name="now"/> only when the status differs from before
    /// or the condition is new; a new reason, message or generation alone keeps it. Other conditions and the order stay; a new one is appended.
    /// </summary>
    /// <param name="conditions">Conditions before; null counts as empty.</param>
    /// <param name="type">Type, CamelCase.</param>
    /// <param name="status">True, False or Unknown.</param>
    /// <param name="reason">CamelCase constant.</param>
    /// <param name="message">Text for people.</param>
    /// <param name="observedGeneration">metadata.generation that this was computed from.</param>
    /// <param name="now">Time of this decision; cut to whole seconds as the wire format keeps no more.</param>
    public static List<V1Condition> Set(
        IReadOnlyList<V1Condition>? conditions,
        string type,
        string status,
        string reason,
        string message,
        long? observedGeneration,
        DateTimeOffset now)
    {
        var result = conditions is null ? [] : new List<V1Condition>(conditions);
        var index = result.FindIndex(condition => condition.Type == type);
        var before = index < 0 ? null : result[index];
        var after = (before ?? new V1Condition { Type = type }) with
        {
            Status = status,
            Reason = reason,
            Message = message,
            ObservedGeneration = observedGeneration,
            LastTransitionTime = before is { LastTransitionTime: { } since } && before.Status == status ? since : now.WholeSeconds(),
        };
        if (index < 0)
            result.Add(after);
        else
            result[index] = after;
        return result;
    }

    /// <summary><see cref="Set(IReadOnlyList{V1Condition}, string, string, string, string, long?, DateTimeOffset)"/> with a truth value.</summary>
    public static List<V1Condition> Set(
        IReadOnlyList<V1Condition>? conditions,
        string type,
        bool status,
        string reason,
        string message,
        long? observedGeneration,
        DateTimeOffset now) => Set(conditions, type, status ? True : False, reason, message, observedGeneration, now);

    /// <summary>A list without the condition.</summary>
    public static List<V1Condition> Remove(IReadOnlyList<V1Condition>? conditions, string type) =>
        conditions is null ? [] : [.. conditions.Where(condition => condition.Type != type)];

    /// <summary>The condition of that type, or null.</summary>
    public static V1Condition? Find(IReadOnlyList<V1Condition>? conditions, string type) =>
        conditions?.FirstOrDefault(condition => condition.Type == type);

    /// <summary>Whether the condition exists and is True.</summary>
    public static bool IsTrue(IReadOnlyList<V1Condition>? conditions, string type) => Find(conditions, type)?.Status == True;

    /// <summary>Whether the condition exists and is False.</summary>
    public static bool IsFalse(IReadOnlyList<V1Condition>? conditions, string type) => Find(conditions, type)?.Status == False;
}
