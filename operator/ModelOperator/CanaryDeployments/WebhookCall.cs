namespace ModelOperator.CanaryDeployments;

/// <summary>The document that a webhook gets.</summary>
public sealed record WebhookCall
{
    /// <summary>Identifier of the call; the same however often it is repeated.</summary>
    public required string Id { get; init; }

    /// <summary>Name of the webhook.</summary>
    public required string Webhook { get; init; }

    /// <summary>Its type.</summary>
    public required CanaryWebhookType Type { get; init; }

    /// <summary>Name of the CanaryDeployment.</summary>
    public required string Canary { get; init; }

    /// <summary>Its namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Version under test.</summary>
    public required string Version { get; init; }

    /// <summary>Version that serves.</summary>
    public string? StableVersion { get; init; }

    /// <summary>Step, from 0: for ConfirmStep the one that would begin; the number of steps for ConfirmPromotion.</summary>
    public int Step { get; init; }

    /// <summary>Percent that the canary has.</summary>
    public int Weight { get; init; }

    /// <summary>Percent that it would have after a yes; null where a yes changes none.</summary>
    public int? NextWeight { get; init; }

    /// <summary>Phase of the CanaryDeployment.</summary>
    public required CanaryPhase Phase { get; init; }

    /// <summary>Hash of the spec, so that what was confirmed can be told from what is asked now.</summary>
    public required string Checksum { get; init; }
}
