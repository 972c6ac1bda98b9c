namespace ModelOperator.CanaryDeployments;

/// <summary>What the condition DataDrift says.</summary>
/// <param name="Drifts">Whether a feature has drifted; null when nobody knows.</param>
/// <param name="Reason">Reason.</param>
/// <param name="Message">The same while nothing changes, or every look would be a write.</param>
/// <param name="Numbers">What was measured, for the event.</param>
public sealed record CanaryDriftFinding(bool? Drifts, string Reason, string Message, string Numbers = "");
