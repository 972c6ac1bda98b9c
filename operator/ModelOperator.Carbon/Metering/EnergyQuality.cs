namespace ModelOperator.Carbon.Metering;

/// <summary>Grade of a measured figure by the share of the interval that was really measured.</summary>
public enum EnergyQuality
{
    /// <summary>Nothing was measured.</summary>
    None,

    /// <summary>Less than half of the time was measured.</summary>
    Poor,

    /// <summary>At least half of the time was measured.</summary>
    Partial,

    /// <summary>At least 95 % of the time was measured.</summary>
    Good,
}
