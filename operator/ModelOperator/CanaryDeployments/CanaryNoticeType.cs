namespace ModelOperator.CanaryDeployments;

/// <summary>What a notice looks like.</summary>
public enum CanaryNoticeType
{
    /// <summary>A JSON document with every field.</summary>
    Webhook,

    /// <summary>A JSON document with a text, as Slack and what is compatible with it take.</summary>
    Slack,
}
