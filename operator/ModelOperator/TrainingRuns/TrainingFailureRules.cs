namespace ModelOperator.TrainingRuns;

/// <summary>failurePolicy.rules: the first rule that matches an ended attempt says what follows; without one the defaults hold. Pure.</summary>
public static class TrainingFailureRules
{
    /// <summary>Reasons of failures that a rule may name.</summary>
    public static readonly IReadOnlyList<string> Failures =
        [TrainingRunReasons.OOMKilled, TrainingRunReasons.FetchFailed, TrainingRunReasons.PublishFailed];

    /// <summary>Reasons of disruptions that a rule may name. They are never counted as failures, so such a rule can only fail the run.</summary>
    public static readonly IReadOnlyList<string> Disruptions =
    [
        TrainingRunReasons.Evicted,
        TrainingRunReasons.PodDeleted,
        TrainingRunReasons.PodVanished,
        TrainingRunReasons.NodeLost,
        TrainingRunReasons.ArtifactStoreUnavailable,
    ];

    private static readonly string[] OfTheTrainer =
        [TrainingRunReasons.OOMKilled, TrainingRunReasons.RetryableExitCode, TrainingRunReasons.NonRetryableExitCode];

    /// <summary>The end as the rules have it.</summary>
    public static AttemptEnd Apply(AttemptEnd end, TrainingFailurePolicy policy)
    {
        if (end.Kind is not (AttemptEndKind.Retryable or AttemptEndKind.Permanent or AttemptEndKind.Disruption))
            return end;
        if (policy.Rules?.FirstOrDefault(r => Matches(r, end)) is not { } rule)
            return end;
        return rule.Action switch
        {
            TrainingFailureAction.FailRun => end with
            {
                Kind = AttemptEndKind.Permanent,
                Reason = TrainingRunReasons.FailedByRule,
                Message = $"failurePolicy.rules '{rule.Name}' fails the run on {end.Reason}: {end.Message}",
            },
            TrainingFailureAction.Retry => Retry(AttemptEndKind.Retryable, "tries again after"),
            _ => Retry(AttemptEndKind.Ignored, "tries again without counting"),
        };

        AttemptEnd Retry(AttemptEndKind kind, string what) => end with
        {
            Kind = kind,
            Reason = TrainingRunReasons.RetriedByRule,
            Message = $"failurePolicy.rules '{rule.Name}' {what} {end.Reason}: {end.Message}",
        };
    }

    private static bool Matches(TrainingFailureRule rule, AttemptEnd end)
    {
        if (rule.OnReasons?.Contains(end.Reason) == true)
            return end.Kind != AttemptEndKind.Disruption || rule.Action == TrainingFailureAction.FailRun;
        return end.ExitCode is { } code && OfTheTrainer.Contains(end.Reason) && rule.OnExitCodes?.Contains(code) == true;
    }
}
