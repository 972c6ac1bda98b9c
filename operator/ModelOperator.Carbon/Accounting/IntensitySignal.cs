namespace ModelOperator.Carbon.Accounting;

/// <summary>What an intensity means. The two are never mixed in one total.</summary>
public enum IntensitySignal
{
    /// <summary>Average of the grid's generation, location-based: for accounting.</summary>
    Average,

    /// <summary>Of the next kilowatt-hour: for deciding when to run.</summary>
    Marginal,
}
