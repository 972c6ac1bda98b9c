namespace ModelOperator.Analysis;

/// <summary>True, false, or undecided with the reason why.</summary>
/// <param name="Holds">Whether the condition holds; null when undecided.</param>
/// <param name="Reason">Why it is undecided, one of <see cref="Reasons"/>; null when decided.</param>
public readonly record struct Truth(bool? Holds, string? Reason)
{
    /// <summary>A decided truth.</summary>
    public static Truth Of(bool holds) => new(holds, null);

    /// <summary>Undecided.</summary>
    public static Truth Undecided(string reason) => new(null, reason);

    /// <summary>What an undecided condition makes of a measurement: nothing to judge is NoData, infinities are Inconclusive, a question that does not fit the answer is an Error.</summary>
    public static Verdict VerdictOf(string reason) => reason switch
    {
        Reasons.NotANumber or Reasons.EmptyResult or "Baseline" + Reasons.EmptyResult => Verdict.NoData,
        Reasons.PositiveInfinity or Reasons.NegativeInfinity => Verdict.Inconclusive,
        _ => Verdict.Error,
    };

    internal Truth And(Truth other) => (Holds, other.Holds) switch
    {
        (false, _) or (_, false) => Of(false),
        (true, true) => Of(true),
        _ => Worse(other),
    };

    internal Truth Or(Truth other) => (Holds, other.Holds) switch
    {
        (true, _) or (_, true) => Of(true),
        (false, false) => Of(false),
        _ => Worse(other),
    };

    internal Truth Not() => this with { Holds = !Holds };

    /// <summary>Of two undecided ones the worse reason; the first of equals.</summary>
    private Truth Worse(Truth other)
    {
        if (Reason is null || other.Reason is null)
            return Reason is null ? other : this;
        return VerdictOf(other.Reason).Severity() > VerdictOf(Reason).Severity() ? other : this;
    }
}
