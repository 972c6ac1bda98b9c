using System.Globalization;

namespace ModelOperator.Analysis;

/// <summary>
/// Anytime-valid test of "the canary's event rate is at most r times the stable rate": it may be looked at after every scrape, for as long as one likes,
/// and a harmless canary is still rolled back with probability at most <see cref="Alpha"/> over all looks together.
/// </summary>
/// <remarks>
/// <para>
/// Every event (error) landed in one of two arms. If the canary's rate were exactly r times the stable rate, an event would land in the canary with
/// probability <c>q0 = r*nc / (r*nc + ns)</c>, where nc and ns are the requests of the arms; a worse canary catches more of them. With x events in
/// the canary and y in stable the evidence is the mixture likelihood ratio
/// <c>E = ∫ q^x (1-q)^y π(q) dq / (q0^x (1-q0)^y)</c> with π = Beta(a, b) cut to (q0, 1). Canary harmed is declared at <c>E &gt;= 1/alpha</c>.
/// </para>
/// <para>
/// Mixtures against a simple null: H. Robbins, "Statistical methods related to the law of the iterated logarithm", Ann. Math. Statist. 41 (1970);
/// Beta-binomial mixture: S. Howard, A. Ramdas, J. McAuliffe, J. Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences",
/// Ann. Statist. 49 (2021); two-sample e-values: R. Turner, A. Ly, P. Grünwald, "Generic E-variables for exact sequential k-sample tests", 2024.
/// Stopping at 1/alpha: J. Ville (1939).
/// Why it is valid for requests counted per arm, not only for rare events: for any q1 &gt; q0 with Xc ~ Bin(nc, pc), Xs ~ Bin(ns, ps), independent,
/// <c>E[(q1/q0)^Xc ((1-q1)/(1-q0))^Xs] &lt;= exp(nc*pc*(q1/q0 - 1) + ns*ps*((1-q1)/(1-q0) - 1))</c> by 1+z &lt;= e^z, and the exponent is at most 0
/// whenever pc &lt;= r*ps. The prior only decides how fast harm is seen, never the false-alarm rate.
/// </para>
/// <para>
/// The counts are those of one segment in which the split is constant (one canary step): pass totals since the segment began, not per-interval
/// differences, so that a missed scrape or a restart loses nothing. Alpha holds per segment; divide it by the number of steps to hold it for a rollout.
/// </para>
/// </remarks>
/// <param name="Alpha">Greatest probability of a false alarm over all looks of one segment, in (0, 1).</param>
/// <param name="Tolerance">Share by which the canary's rate may differ for the worse: r = 1 + tolerance (Increase), 1 - tolerance (Decrease). Not negative, below 1 for Decrease.</param>
/// <param name="MinSamples">Requests needed in each arm before "no evidence of harm" is a success. Harm is declared at any count.</param>
/// <param name="Direction">Increase: events are bad (errors). Decrease: events are good (conversions).</param>
public sealed record SequentialBinomial(double Alpha, double Tolerance, long MinSamples, HarmDirection Direction = HarmDirection.Increase)
{
    /// <summary>Judges the two arms' counts since the segment began.</summary>
    public DecisionRecord Judge(BinomialArm canary, BinomialArm stable)
    {
        if (!IsValid())
            return new(Verdict.Error, Reasons.InvalidComparison, "Alpha must lie in (0, 1), tolerance in [0, ∞), below 1 for Decrease; minSamples must not be negative.");
        if (!canary.IsConsistent || !stable.IsConsistent)
            return new(Verdict.Error, Reasons.InconsistentCounts, "Counts are negative or there are more events than requests; both queries must count the same requests.");
        if (canary.Samples <= 0)
            return new(Verdict.NoData, Reasons.EmptyResult, "The canary has served no request since the step began.") { CanarySamples = 0, StableSamples = Whole(stable.Samples) };
        if (stable.Samples <= 0)
            return new(Verdict.NoData, Reasons.OfBaseline(Reasons.EmptyResult), "The stable version has served no request since the step began: nothing to compare with.")
            { CanarySamples = Whole(canary.Samples), StableSamples = 0 };
        var logEvidence = LogEvidence(canary, stable);
        return Decide(canary, stable, logEvidence) with
        {
            Value = CanonicalNumber.Format(canary.Rate),
            Baseline = CanonicalNumber.Format(stable.Rate),
            Bound = CanonicalNumber.Format(1 / Alpha),
            Evidence = CanonicalNumber.Format(Math.Exp(Math.Min(logEvidence, 700))),
            CanarySamples = Whole(canary.Samples),
            StableSamples = Whole(stable.Samples),
            CanaryEvents = Whole(canary.CountedEvents),
            StableEvents = Whole(stable.CountedEvents),
            PValue = CanonicalNumber.Format(ForTheRecord(canary, stable)),
            Interval = NewcombeInterval.Of(canary, stable, 0.95).ToString(),
        };
    }

    /// <summary>Judges the answers of the four queries (events and requests of each arm); anything but four numbers is never a pass.</summary>
    public DecisionRecord Judge(Sample canaryEvents, Sample canarySamples, Sample stableEvents, Sample stableSamples)
    {
        (Sample Sample, string Name, bool Baseline)[] answers =
        [
            (canarySamples, "Requests of the canary", false), (canaryEvents, "Events of the canary", false),
            (stableSamples, "Requests of the stable version", true), (stableEvents, "Events of the stable version", true),
        ];
        DecisionRecord? worst = null;
        foreach (var (sample, name, baseline) in answers)
        {
            if (sample.IsNumber)
                continue;
            var record = DecisionRecord.Unusable(sample, name, baseline);
            if (worst is null || record.Verdict.Severity() > worst.Verdict.Severity())
                worst = record;
        }

        return worst ?? Judge(new BinomialArm(canarySamples.Value, canaryEvents.Value), new BinomialArm(stableSamples.Value, stableEvents.Value));
    }

    /// <summary>Natural logarithm of the e-value (see the remarks) for consistent counts with both arms above zero requests.</summary>
    public double LogEvidence(BinomialArm canary, BinomialArm stable)
    {
        // "Fewer good events in the canary" is "more of them in stable": swap the arms and invert the ratio.
        var (worse, better, ratio) = Direction == HarmDirection.Increase
            ? (canary, stable, 1 + Tolerance)
            : (stable, canary, 1 / (1 - Tolerance));
        var q0 = ratio * worse.Samples / ((ratio * worse.Samples) + better.Samples);
        return BetaMixture.LogEvidence(worse.CountedEvents, better.CountedEvents, q0);
    }

    /// <summary>Fisher's exact test of one look, on the side of harm.</summary>
    private double ForTheRecord(BinomialArm canary, BinomialArm stable) => Direction == HarmDirection.Increase
        ? FisherExact.Greater(canary, stable)
        : FisherExact.Greater(stable, canary);

    private DecisionRecord Decide(BinomialArm canary, BinomialArm stable, double logEvidence)
    {
        var evidence = CanonicalNumber.Format(Math.Exp(Math.Min(logEvidence, 700)));
        var needed = CanonicalNumber.Format(1 / Alpha);
        var counts = string.Create(CultureInfo.InvariantCulture,
            $"canary {Whole(canary.CountedEvents)}/{Whole(canary.Samples)}, stable {Whole(stable.CountedEvents)}/{Whole(stable.Samples)}, evidence {evidence} of {needed}");
        if (logEvidence >= -Math.Log(Alpha))
            return new(Verdict.Failed, Reasons.HarmDetected, $"The canary is worse than tolerated: {counts}.");
        if (Math.Min(canary.Samples, stable.Samples) < MinSamples)
            return new(Verdict.Running, Reasons.MinSamplesNotReached, SampleCounts.Missing(Whole(canary.Samples), Whole(stable.Samples), MinSamples));
        // A healthy canary gets here with probability at most sqrt(alpha) and is only made to wait.
        if (logEvidence >= -Math.Log(Alpha) / 2)
            return new(Verdict.Running, Reasons.EvidenceLeansToHarm, $"Not decided, leaning to harm: {counts}.");
        return new(Verdict.Successful, Reasons.NoEvidenceOfHarm, $"No evidence of harm: {counts}.");
    }

    private bool IsValid() => Alpha is > 0 and < 1 && double.IsFinite(Tolerance) && Tolerance >= 0 && MinSamples >= 0
        && (Direction == HarmDirection.Increase || Tolerance < 1);

    private static long Whole(double count) => (long)Math.Min(Math.Round(count), 9e15);
}
