using ModelOperator.Analysis;

namespace ModelOperator.CanaryDeployments;

/// <summary>A metric's finding that decides something.</summary>
/// <param name="Name">Metric.</param>
/// <param name="Reason">Reason, CamelCase.</param>
/// <param name="Message">Sentence with the numbers.</param>
/// <param name="Record">The numbers.</param>
public sealed record CanaryFinding(string Name, string Reason, string Message, DecisionRecord? Record);
