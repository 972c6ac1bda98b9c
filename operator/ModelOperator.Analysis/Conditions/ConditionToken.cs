namespace ModelOperator.Analysis;

/// <summary>One word of a condition.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The word; <c>&amp;&amp;</c>, <c>||</c> and <c>!</c> for their spellings as words.</param>
/// <param name="Column">Its first character, from 1.</param>
/// <param name="Number">The number, for a number.</param>
internal readonly record struct ConditionToken(ConditionTokenKind Kind, string Text, int Column, double Number = 0);
