namespace ModelOperator.CanaryDeployments;

/// <summary>An answer to one call.</summary>
/// <param name="Call">Identifier of the call.</param>
/// <param name="State">Yes, No or Unreachable.</param>
/// <param name="Message">The answer's beginning, or what went wrong.</param>
public sealed record WebhookAnswer(string Call, CanaryWebhookState State, string Message);
