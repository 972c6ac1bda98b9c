namespace ModelOperator.AbTestBench;

/// <summary>What happened in one experiment over all its looks.</summary>
/// <param name="Winner">An arm was found better than its equal.</param>
/// <param name="Finding">An arm was found better or worse: an effect's bounds did not hold.</param>
/// <param name="Missed">An arm's bounds did not hold its true value.</param>
/// <param name="Naive">A z-test for one look would have found a winner at some look.</param>
internal readonly record struct Outcome(bool Winner, bool Finding, bool Missed, bool Naive);
