using ModelOperator.Analysis;

namespace ModelOperator.CanaryDeployments;

/// <summary>What Prometheus says about a version's live rows.</summary>
/// <param name="At">When.</param>
/// <param name="Version">ModelVersion that is looked at.</param>
/// <param name="Indexes">Population stability index of each feature, by its name.</param>
/// <param name="Rows">Rows in the window.</param>
public sealed record CanaryDriftLook(DateTimeOffset At, string Version, Sample Indexes, Sample Rows);
