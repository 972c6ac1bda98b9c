namespace ModelOperator.CarbonBench;

/// <summary>
/// Fits the constants of the history forecast by least squares to the hours before July of all traces together, each in units of its last week's mean: the
/// seasonal weights with the autoregression held, and the other way round, until nothing moves. The weights sum to one.
/// </summary>
internal static class Fit
{
    private const int Warm = 56 * 24;
    private static readonly int[] Lags = [24, 48, 168, 336, 504, 672];

    internal static (double[] Weights, double[] Phi) Run(IReadOnlyList<Trace> traces)
    {
        var rows = traces.SelectMany(t => Enumerable.Range(Warm, Trace.July - Warm).Select(at => (X: t.Hours, At: at, Unit: t.Hours[(at - 168)..at].Average()))).ToList();
        var weights = Lags.Select(static _ => 1.0 / Lags.Length).ToArray();
        double[] phi = [0, 0];
        for (var round = 0; round < 40; round++)
        {
            double Filtered(double[] x, int at) => x[at] - (phi[0] * x[at - 1]) - (phi[1] * x[at - 2]);
            var free = Solve(rows.Select(r =>
            {
                var last = Filtered(r.X, r.At - Lags[^1]);
                return (Lags[..^1].Select(lag => (Filtered(r.X, r.At - lag) - last) / r.Unit).ToArray(), (Filtered(r.X, r.At) - last) / r.Unit);
            }));
            weights = [.. free, 1 - free.Sum()];
            double Above(double[] x, int at) => x[at] - Lags.Zip(weights, (lag, weight) => weight * x[at - lag]).Sum();
            phi = Solve(rows.Select(r => (new[] { Above(r.X, r.At - 1) / r.Unit, Above(r.X, r.At - 2) / r.Unit }, Above(r.X, r.At) / r.Unit)));
        }

        return (weights, phi);
    }

    /// <summary>Normal equations by elimination.</summary>
    private static double[] Solve(IEnumerable<(double[] Features, double Value)> rows)
    {
        double[][]? system = null;
        foreach (var (features, value) in rows)
        {
            system ??= [.. features.Select(_ => new double[features.Length + 1])];
            for (var i = 0; i < features.Length; i++)
            {
                for (var j = 0; j < features.Length; j++)
                    system[i][j] += features[i] * features[j];
                system[i][^1] += features[i] * value;
            }
        }

        for (var i = 0; i < system!.Length; i++)
        {
            foreach (var row in system.Where(r => r != system[i]))
            {
                var part = row[i] / system[i][i];
                for (var j = i; j < row.Length; j++)
                    row[j] -= part * system[i][j];
            }
        }

        return [.. system.Select(static (row, i) => row[^1] / row[i])];
    }
}
