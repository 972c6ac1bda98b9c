namespace ModelOperator.Trainer.Learning.Linear;

/// <summary>Sums over rows in parts that do not depend on the number of threads, so that neither does the sum.</summary>
internal static class Parts
{
    private const int Most = 16;
    private const int LeastRows = 512;
    private const int MostNumbers = 1 << 25;

    // Sums of less are done before other threads have begun.
    private const long LeastShared = 1 << 22;

    /// <param name="rows">How many rows.</param>
    /// <param name="length">Numbers in a sum.</param>
    /// <param name="threads">The most threads.</param>
    /// <param name="add">Adds the rows from the first argument up to the second to the third.</param>
    internal static double[] Sum(int rows, int length, int threads, Action<int, int, double[]> add)
    {
        var parts = Math.Clamp(Math.Min(rows / LeastRows, MostNumbers / Math.Max(1, length)), 1, Most);
        var sums = new double[parts][];
        if ((long)rows * length < LeastShared || threads == 1)
        {
            for (var part = 0; part < parts; part++)
                Sum(part);
        }
        else
        {
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, Sum);
        }

        for (var part = 1; part < parts; part++)
            Vectors.AddScaled(sums[0], 1, sums[part]);
        return sums[0];

        void Sum(int part)
        {
            sums[part] = new double[length];
            add((int)((long)rows * part / parts), (int)((long)rows * (part + 1) / parts), sums[part]);
        }
    }
}
