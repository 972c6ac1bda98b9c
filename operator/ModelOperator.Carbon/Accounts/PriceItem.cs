namespace ModelOperator.Carbon.Accounts;

/// <summary>What a price is for.</summary>
public enum PriceItem
{
    /// <summary>One GPU that is held for one hour.</summary>
    GpuHour,

    /// <summary>One kilowatt-hour, overhead of the facility included.</summary>
    KilowattHour,
}
