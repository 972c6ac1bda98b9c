namespace ModelOperator.Analysis;

/// <summary>What a node of a condition does.</summary>
internal enum ConditionOp
{
    Number,
    True,
    False,
    Result,
    Stable,
    Element,
    Index,
    Length,
    IsNaN,
    IsInf,
    All,
    Any,
    Negate,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    Not,
    And,
    Or,
}
