namespace ModelOperator.CanaryDeployments;

/// <summary>When a webhook is called and what its answer does.</summary>
public enum CanaryWebhookType
{
    /// <summary>Asked before a canary has any Pod.</summary>
    ConfirmStart,

    /// <summary>Asked before each step that gives the canary more than it has.</summary>
    ConfirmStep,

    /// <summary>Asked before the canary takes all traffic.</summary>
    ConfirmPromotion,

    /// <summary>Asked over and over while a canary is under way; yes rolls back.</summary>
    Rollback,

    /// <summary>Told once per step that waits; decides nothing.</summary>
    LoadTest,
}
