namespace ModelOperator.CanaryDeployments;

/// <summary>The latest answer of a webhook to one call.</summary>
public enum CanaryWebhookState
{
    Waiting,
    Yes,
    No,
    Unreachable,
}
