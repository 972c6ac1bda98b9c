namespace ModelOperator.Carbon.Data;

/// <summary>How a GPU model was found in the table.</summary>
public enum GpuMatch
{
    /// <summary>The model itself.</summary>
    Model,

    /// <summary>The same chip in another build; the greatest rated power of the chip's builds stands in.</summary>
    Family,

    /// <summary>Not known; the greatest rated power of the whole table stands in.</summary>
    Unknown,
}
