namespace ModelOperator.ModelFormat.Derived;

/// <summary>What a step of a formula does with the numbers on top of the stack.</summary>
internal enum FormulaOp
{
    Number,
    Column,
    Negate,
    Add,
    Subtract,
    Multiply,
    Divide,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    Log,
    Log1P,
    Exp,
    Sqrt,
    Abs,
    Min,
    Max,
    Pow,
    If,
}
