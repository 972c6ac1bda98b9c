namespace ModelOperator.Gateway.Routing;

/// <summary>How an event was counted.</summary>
public enum EventOutcome
{
    /// <summary>The user's first event of this name: a conversion, with its value.</summary>
    First,

    /// <summary>A later one: only the number of events grows.</summary>
    Repeated,

    /// <summary>The memory of users is full and does not hold this one.</summary>
    Untracked,
}
