namespace ModelOperator.Analysis;

/// <summary>What a query's answer turned out to be. Only <see cref="Number"/> can be judged.</summary>
public enum SampleKind
{
    /// <summary>No series.</summary>
    Empty = 0,

    /// <summary>Exactly one finite number.</summary>
    Number,

    /// <summary>One value, NaN.</summary>
    NotANumber,

    /// <summary>One value, +Inf.</summary>
    PositiveInfinity,

    /// <summary>One value, -Inf.</summary>
    NegativeInfinity,

    /// <summary>More than one value.</summary>
    SeveralSeries,

    /// <summary>Not readable as a number.</summary>
    Unparsable,

    /// <summary>The provider reported an error or did not answer.</summary>
    QueryFailed,
}
