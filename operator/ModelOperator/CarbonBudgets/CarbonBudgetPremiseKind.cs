namespace ModelOperator.CarbonBudgets;

/// <summary>Facts that a cache may have wrong.</summary>
public enum CarbonBudgetPremiseKind
{
    /// <summary>The run gets a hold: it is there and not over.</summary>
    Open,

    /// <summary>The run loses a hold: it is there and has not started; one that is gone is booked.</summary>
    NotStarted,

    /// <summary>The run's hold is booked as an orphan's: it is not there any more.</summary>
    Gone,
}
