namespace ModelOperator.Analysis;

/// <summary>A closed range that a metric must stay in. At least one end must be given.</summary>
/// <param name="Min">Smallest good value, or null for none.</param>
/// <param name="Max">Greatest good value, or null for none.</param>
public sealed record ThresholdRange(double? Min, double? Max)
{
    /// <summary>
    /// Judges one answer. In range (ends included) is Successful, outside Failed; an answer that is not one finite number, or a range that is no range,
    /// is never either.
    /// </summary>
    public DecisionRecord Judge(Sample sample)
    {
        if (!IsValid())
            return new(Verdict.Error, Reasons.InvalidRange, "The threshold range needs a min or a max, both finite, min not above max.");
        if (!sample.IsNumber)
            return DecisionRecord.Unusable(sample, "No value to judge", baseline: false);
        var value = CanonicalNumber.Format(sample.Value);
        if (Max is { } max && sample.Value > max)
            return new(Verdict.Failed, Reasons.AboveMaximum, $"Value {value} is above the maximum {CanonicalNumber.Format(max)}.")
            { Value = value, Bound = CanonicalNumber.Format(max) };
        if (Min is { } min && sample.Value < min)
            return new(Verdict.Failed, Reasons.BelowMinimum, $"Value {value} is below the minimum {CanonicalNumber.Format(min)}.")
            { Value = value, Bound = CanonicalNumber.Format(min) };
        var bound = CanonicalNumber.Format((Max ?? Min)!.Value);
        return new(Verdict.Successful, Reasons.WithinRange, $"Value {value} is within {Describe()}.") { Value = value, Bound = bound };
    }

    private bool IsValid() =>
        (Min is not null || Max is not null) && (Min is null || double.IsFinite(Min.Value)) && (Max is null || double.IsFinite(Max.Value))
        && !(Min > Max);

    private string Describe() => (Min, Max) switch
    {
        ({ } min, { } max) => $"[{CanonicalNumber.Format(min)}, {CanonicalNumber.Format(max)}]",
        ({ } min, null) => $"its minimum {CanonicalNumber.Format(min)}",
        (_, { } max) => $"its maximum {CanonicalNumber.Format(max)}",
        _ => "",
    };
}
