namespace ModelOperator.Datasets;

/// <summary>What the values of a column are.</summary>
public enum DatasetColumnType
{
    /// <summary>A finite decimal number.</summary>
    Number,

    /// <summary>A whole number of 64 bits.</summary>
    Integer,

    /// <summary>One of a limited set of texts; the profile lists the most frequent ones.</summary>
    Category,

    /// <summary>Any text; the profile never shows a value of it.</summary>
    Text,

    /// <summary>true, false, yes, no, 1 or 0, in any case.</summary>
    Boolean,
}
