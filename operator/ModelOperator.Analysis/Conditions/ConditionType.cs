namespace ModelOperator.Analysis;

/// <summary>What a node of a condition gives.</summary>
internal enum ConditionType
{
    /// <summary>A number.</summary>
    Number,

    /// <summary>The values of an answer; stands for its one value where a number is needed.</summary>
    Values,

    /// <summary>True, false, or undecided with a reason.</summary>
    Truth,
}
