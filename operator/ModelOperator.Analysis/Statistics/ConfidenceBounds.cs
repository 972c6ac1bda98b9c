namespace ModelOperator.Analysis;

/// <summary>Both ends of a confidence sequence at one look.</summary>
/// <param name="Lower">Lower end.</param>
/// <param name="Upper">Upper end; may be infinite.</param>
public readonly record struct ConfidenceBounds(double Lower, double Upper)
{
    /// <summary>Text for people.</summary>
    public override string ToString() => $"[{CanonicalNumber.Format(Lower)}, {CanonicalNumber.Format(Upper)}]";

    /// <summary>The end of the values that a monotone test keeps, between one that it rejects and one that it keeps.</summary>
    /// <param name="rejected">A value that is rejected.</param>
    /// <param name="kept">A value that is kept.</param>
    /// <param name="rejects">The test.</param>
    internal static double Edge(double rejected, double kept, Func<double, bool> rejects)
    {
        for (var i = 0; i < 100 && Math.Abs(kept - rejected) > 1e-13 * Math.Abs(kept); i++)
        {
            var middle = (rejected + kept) / 2;
            (rejected, kept) = rejects(middle) ? (middle, kept) : (rejected, middle);
        }

        // The rejected side: what is shown is never narrower than what was proven.
        return rejected;
    }
}
