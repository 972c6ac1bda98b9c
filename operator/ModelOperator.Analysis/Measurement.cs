namespace ModelOperator.Analysis;

/// <summary>One judged look at one metric.</summary>
/// <param name="At">When the measurement finished; intervals run from here. Also its identity: a measurement not later than the last is ignored.</param>
/// <param name="Record">The outcome with its numbers.</param>
public sealed record Measurement(DateTimeOffset At, DecisionRecord Record)
{
    /// <summary>Verdict of this look alone.</summary>
    public Verdict Verdict => Record.Verdict;

    /// <summary>Reason of this look alone.</summary>
    public string Reason => Record.Reason;

    /// <summary>One sentence for people.</summary>
    public string Message => Record.Message;
}
