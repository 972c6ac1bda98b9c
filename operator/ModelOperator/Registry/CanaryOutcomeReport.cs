namespace ModelOperator.Registry;

/// <summary>One ended canary in a report.</summary>
/// <param name="Namespace">Namespace.</param>
/// <param name="Canary">CanaryDeployment.</param>
/// <param name="Model">Model.</param>
/// <param name="Version">ModelVersion that was tried.</param>
/// <param name="Stable">ModelVersion that was stable then.</param>
/// <param name="Outcome">Deployed, Promoted, RolledBack or Superseded.</param>
/// <param name="Reason">Why, one word.</param>
/// <param name="Metric">Metric that decided.</param>
/// <param name="Value">Value of the canary.</param>
/// <param name="Baseline">Value of the stable version.</param>
/// <param name="Bound">Bound that the value was held against.</param>
/// <param name="Samples">Samples of the canary.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When it ended.</param>
public sealed record CanaryOutcomeReport(
    string Namespace,
    string Canary,
    string Model,
    string Version,
    string? Stable,
    string Outcome,
    string? Reason,
    string? Metric,
    string? Value,
    string? Baseline,
    string? Bound,
    long? Samples,
    DateTimeOffset? StartedAt,
    DateTimeOffset FinishedAt);
