namespace ModelOperator.CanaryDeployments;

/// <summary>Reasons of gates that are no persons; stable, CamelCase.</summary>
public static class CanaryGateReasons
{
    /// <summary>A webhook has not said yes.</summary>
    public const string WebhookWaiting = nameof(WebhookWaiting);

    /// <summary>A webhook has not said yes in time.</summary>
    public const string WebhookTimedOut = nameof(WebhookTimedOut);

    /// <summary>A webhook asked for the rollback.</summary>
    public const string WebhookRollback = nameof(WebhookRollback);

    /// <summary>A webhook that may ask for a rollback, or starts a load test, gave no answer to go by.</summary>
    public const string WebhookUnreachable = nameof(WebhookUnreachable);

    /// <summary>A webhook has started a load test.</summary>
    public const string LoadTestStarted = nameof(LoadTestStarted);

    /// <summary>The grid is too dirty for the next step up.</summary>
    public const string CarbonIntensityHigh = nameof(CarbonIntensityHigh);

    /// <summary>Nothing is known of the grid; the step up does not wait.</summary>
    public const string CarbonIntensityUnknown = nameof(CarbonIntensityUnknown);

    /// <summary>The grid has become clean enough.</summary>
    public const string CarbonIntensityLow = nameof(CarbonIntensityLow);

    /// <summary>The grid has not become clean enough in time; the step up is done all the same.</summary>
    public const string CarbonDelayOver = nameof(CarbonDelayOver);

    /// <summary>True for a wait before a step up, in which metrics are judged on.</summary>
    internal static bool Hold(string? reason) => reason is WebhookWaiting or CarbonIntensityHigh;
}
