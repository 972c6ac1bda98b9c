namespace ModelOperator.CanaryDeployments;

/// <summary>What Slack's incoming webhooks take.</summary>
/// <param name="Text">The text, with &amp;, &lt; and &gt; escaped.</param>
public sealed record SlackDocument(string Text);
