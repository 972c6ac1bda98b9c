namespace ModelOperator.Analysis;

/// <summary>
/// Counts of one arm since the segment began. Prometheus' <c>increase()</c> extrapolates, so counts are real numbers here and are not rounded.
/// </summary>
/// <param name="Samples">Requests served by the arm.</param>
/// <param name="Events">Those of them that ended in the counted event (an error).</param>
public sealed record BinomialArm(double Samples, double Events)
{
    internal bool IsConsistent => double.IsFinite(Samples) && double.IsFinite(Events) && Samples >= 0 && Events >= 0
        // Two queries at slightly different instants may disagree by a scrape's worth of extrapolation.
        && Events <= (Samples * 1.05) + 1;

    internal double CountedEvents => Math.Min(Events, Samples);

    internal double Rate => Samples > 0 ? CountedEvents / Samples : 0;
}
