namespace ModelOperator.ModelFormat.Derived;

/// <summary>What a word of a formula is.</summary>
internal enum FormulaWord
{
    End,
    Number,
    Name,

    /// <summary>A column's name in backquotes.</summary>
    Quoted,
    Symbol,
}
