namespace ModelOperator.CanaryDeployments;

/// <summary>What is compared between the arms of an A/B test.</summary>
public enum AbTestMetricType
{
    /// <summary>Share of the users with at least one such event.</summary>
    Conversion,

    /// <summary>The same of clicks.</summary>
    ClickThrough,

    /// <summary>Value of a user's first such event, 0 without one, per user.</summary>
    MeanValue,
}
