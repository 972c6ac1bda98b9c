namespace ModelOperator.Trainer.Optimising;

/// <summary>What a loaded model takes.</summary>
/// <param name="MemoryBytes">Of the heap, without the file it was read from.</param>
/// <param name="LatencyMsP50">Of one row, median.</param>
/// <param name="LatencyMsP99">Of one row, 99th percentile.</param>
/// <param name="BatchMsP50">Of 100 rows at once, median.</param>
/// <param name="CpuMsPer1000">Processor time of 1,000 predictions, one row each.</param>
internal sealed record Measurement(long MemoryBytes, double LatencyMsP50, double LatencyMsP99, double BatchMsP50, double CpuMsPer1000)
{
    /// <summary>Of several looks at the same model the median of each number.</summary>
    internal static Measurement Median(IReadOnlyList<Measurement> looks)
    {
        double Of(Func<Measurement, double> number) => looks.Select(number).Order().ElementAt(looks.Count / 2);
        return new Measurement(
            looks[0].MemoryBytes, Of(static look => look.LatencyMsP50), Of(static look => look.LatencyMsP99), Of(static look => look.BatchMsP50), Of(static look => look.CpuMsPer1000));
    }
}
