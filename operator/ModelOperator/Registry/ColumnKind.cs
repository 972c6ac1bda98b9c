namespace ModelOperator.Registry;

/// <summary>Types of columns, as few as the history needs.</summary>
public enum ColumnKind
{
    /// <summary><c>text</c>.</summary>
    Text,

    /// <summary><c>bigint</c>.</summary>
    Number,

    /// <summary><c>timestamptz</c>, always UTC.</summary>
    Time,

    /// <summary><c>jsonb</c>, carried as text.</summary>
    Json,

    /// <summary><c>boolean</c>.</summary>
    Flag,
}
