namespace ModelOperator.CanaryDeployments;

/// <summary>The bounded list of ended canaries.</summary>
public static class CanaryHistory
{
    /// <summary>Entries kept.</summary>
    public const int Length = 10;

    /// <summary>Adds an outcome, newest last, and drops the oldest.</summary>
    public static IReadOnlyList<CanaryOutcome> Add(IReadOnlyList<CanaryOutcome>? history, CanaryOutcome outcome) =>
        [.. (history ?? []).Append(outcome).TakeLast(Length)];
}
