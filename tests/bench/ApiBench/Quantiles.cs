namespace ModelOperator.ApiBench;

/// <summary>Quantiles of a sample by the nearest rank.</summary>
internal static class Quantiles
{
    /// <param name="sorted">Ascending values.</param>
    /// <param name="share">0 to 1.</param>
    /// <returns>The value, or 0 of an empty sample.</returns>
    public static double Of(IReadOnlyList<double> sorted, double share) =>
        sorted.Count == 0 ? 0 : Math.Round(sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)], 3);
}
