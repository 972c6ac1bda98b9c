namespace ModelOperator.Analysis;

internal enum ConditionTokenKind
{
    Number,
    Name,
    Symbol,
    End,
}
