using System.ComponentModel;

namespace ModelOperator.CanaryDeployments;

/// <summary>What is known of one webhook in the canary under way.</summary>
public sealed record CanaryWebhookStatus
{
    [Description("Webhook.")]
    public required string Name { get; init; }

    [Description("Identifier of the call, sent as header X-Modelop-Call; the same however often the call is repeated.")]
    public required string Call { get; init; }

    [Description("Waiting, Yes, No or Unreachable.")]
    public CanaryWebhookState State { get; init; }

    [Description("When the call was first due.")]
    public DateTimeOffset? Since { get; init; }

    [Description("The answer's beginning, or what went wrong.")]
    public string? Message { get; init; }
}
