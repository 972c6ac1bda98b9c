namespace ModelOperator.Analysis;

/// <summary>
/// successCondition and failureCondition of a metric, at least one. Precedence of one look:
/// <list type="number">
/// <item>an answer that cannot be read is an Error;</item>
/// <item>failureCondition holds: Failed, also when successCondition holds or is undecided;</item>
/// <item>either is undecided: NoData, Inconclusive or Error by its reason, never a pass;</item>
/// <item>successCondition holds: Successful; it alone is given and does not hold: Failed;</item>
/// <item>failureCondition alone is given and does not hold: Successful;</item>
/// <item>both are given and neither holds: Inconclusive.</item>
/// </list>
/// Argo Rollouts agrees except for NaN and infinities, which its comparisons take for numbers.
/// </summary>
/// <param name="Success">What must hold; null for none.</param>
/// <param name="Failure">What must not hold; null for none.</param>
public sealed record ConditionPair(Condition? Success, Condition? Failure)
{
    /// <summary>True when the stable version's value is asked for.</summary>
    public bool UsesStable => Success?.UsesStable == true || Failure?.UsesStable == true;

    /// <summary>Judges one look.</summary>
    /// <param name="result">The canary's answer.</param>
    /// <param name="stable">The stable version's answer; not looked at when no condition asks for it.</param>
    public DecisionRecord Judge(Sample result, Sample stable)
    {
        if (Success is null && Failure is null)
            return new(Verdict.Error, Reasons.InvalidCondition, "Neither successCondition nor failureCondition is given.");
        if (Unreadable(result))
            return DecisionRecord.Unusable(result, "No value of the canary", baseline: false);
        if (UsesStable && Unreadable(stable))
            return DecisionRecord.Unusable(stable, "No value of the stable version", baseline: true);
        return Decide(Success?.Evaluate(result.Values, stable.Values), Failure?.Evaluate(result.Values, stable.Values), result) with
        {
            Value = Shown(result),
            Baseline = UsesStable ? Shown(stable) : null,
        };
    }

    private DecisionRecord Decide(Truth? success, Truth? failure, Sample result)
    {
        var seen = Describe(result);
        if (failure?.Holds == true)
            return new(Verdict.Failed, Reasons.FailureConditionMet, $"failureCondition holds ({Failure}): {seen}.");
        if (Worse(success?.Reason, failure?.Reason) is { } reason)
            return new(Truth.VerdictOf(reason), reason, $"The conditions are undecided ({reason}): {seen}.");
        return (success?.Holds, failure?.Holds) switch
        {
            (true, _) => new(Verdict.Successful, Reasons.SuccessConditionMet, $"successCondition holds ({Success}): {seen}."),
            (false, null) => new(Verdict.Failed, Reasons.SuccessConditionNotMet, $"successCondition does not hold ({Success}): {seen}."),
            (null, _) => new(Verdict.Successful, Reasons.FailureConditionNotMet, $"failureCondition does not hold ({Failure}): {seen}."),
            _ => new(Verdict.Inconclusive, Reasons.NeitherConditionMet, $"Neither condition holds ({Success}; {Failure}): {seen}."),
        };
    }

    private static string? Worse(string? left, string? right)
    {
        if (left is null || right is null)
            return left ?? right;
        return Truth.VerdictOf(right).Severity() > Truth.VerdictOf(left).Severity() ? right : left;
    }

    private static bool Unreadable(Sample sample) => sample.Kind is SampleKind.Unparsable or SampleKind.QueryFailed;

    private static string? Shown(Sample sample) => sample.Values is [var one] ? CanonicalNumber.Format(one) : null;

    private static string Describe(Sample sample)
    {
        var some = string.Join(", ", sample.Values.Take(5).Select(CanonicalNumber.Format));
        return sample.Values.Length switch
        {
            0 => "result is empty",
            1 => $"result is {some}",
            <= 5 => $"result is [{some}]",
            var count => $"result is [{some}, ...], {count} values",
        };
    }
}
