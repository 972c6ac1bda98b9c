namespace ModelOperator.CanaryDeployments.Routing;

/// <summary>Something that the router needs is not there.</summary>
/// <param name="Reason">Reason of the condition.</param>
/// <param name="Message">The field, its value and what to do.</param>
public sealed record RouterProblem(string Reason, string Message);
