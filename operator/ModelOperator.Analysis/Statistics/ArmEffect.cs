namespace ModelOperator.Analysis;

/// <summary>How an arm differs from the control at one look, by a confidence sequence.</summary>
/// <param name="Value">The estimate: a ratio of rates, or a difference of means.</param>
/// <param name="Bounds">Its bounds.</param>
/// <param name="None">Value of no effect: 1 for a ratio, 0 for a difference.</param>
public readonly record struct ArmEffect(double Value, ConfidenceBounds Bounds, double None)
{
    /// <summary>True when the arm's value is shown to be above the control's.</summary>
    public bool IsHigher => Bounds.Lower > None;

    /// <summary>True when the arm's value is shown to be below the control's.</summary>
    public bool IsLower => Bounds.Upper < None;
}
