namespace ModelOperator.CanaryDeployments;

/// <summary>An event to tell about a transition.</summary>
/// <param name="Warning">True for a warning.</param>
/// <param name="Reason">Reason, CamelCase.</param>
/// <param name="Message">What happened and what to do next.</param>
public sealed record CanaryNote(bool Warning, string Reason, string Message);
