namespace ModelOperator.Trainer.Learning.Linear;

/// <summary>
/// Ridge regression in closed form: the coefficients b that minimise |y - mean(y) - Xb|^2 + lambda |b|^2, by the normal equations
/// (X'X + lambda I) b = X'(y - mean(y)) and Cholesky's decomposition. X's columns have mean 0 and variance 1, which keeps the equations well-conditioned.
/// </summary>
internal static class LeastSquares
{
    // A column whose share outside of the columns before is smaller is a combination of them.
    private const double LeastShare = 1e-10;

    /// <returns>The coefficients, and how many columns were left out (coefficient 0) since the ones before say all that they do.</returns>
    internal static (double[] Coefficients, int LeftOut) Solve(Design design, Dataset train, double mean, double lambda, int threads)
    {
        var columns = design.Columns;
        var sums = Parts.Sum(train.Rows, (columns * columns) + columns, threads, (from, to, sum) =>
        {
            var row = new double[columns];
            for (var i = from; i < to; i++)
            {
                design.Fill(train.Values.AsSpan(i * train.Columns, train.Columns), row);
                for (var column = 0; column < columns; column++)
                    Vectors.AddScaled(sum.AsSpan(column * columns, column + 1), row[column], row.AsSpan(0, column + 1));
                Vectors.AddScaled(sum.AsSpan(columns * columns), train.Labels[i] - mean, row);
            }
        });
        for (var column = 0; column < columns; column++)
            sums[(column * columns) + column] += lambda;
        return Solve(sums.AsSpan(0, columns * columns), sums[(columns * columns)..]);
    }

    /// <summary>Solves a symmetric system of which the lower triangle is given, in place.</summary>
    internal static (double[] Solution, int LeftOut) Solve(Span<double> lower, double[] right)
    {
        var size = right.Length;
        var leftOut = 0;
        for (var i = 0; i < size; i++)
        {
            var row = lower.Slice(i * size, i + 1);
            var whole = row[i];
            for (var j = 0; j < i; j++)
            {
                var pivot = lower[(j * size) + j];
                row[j] = pivot > 0 ? (row[j] - Vectors.Dot(row[..j], lower.Slice(j * size, j))) / pivot : 0;
            }

            var rest = whole - Vectors.Dot(row[..i], row[..i]);
            var isNew = rest > LeastShare * whole;
            if (!isNew)
                row[..i].Clear();
            leftOut += isNew ? 0 : 1;
            row[i] = isNew ? Math.Sqrt(rest) : 0;
        }

        for (var i = 0; i < size; i++)
            right[i] = lower[(i * size) + i] is > 0 and var pivot ? (right[i] - Vectors.Dot(lower.Slice(i * size, i), right.AsSpan(0, i))) / pivot : 0;
        for (var i = size - 1; i >= 0; i--)
        {
            right[i] = lower[(i * size) + i] is > 0 and var pivot ? right[i] / pivot : 0;
            Vectors.AddScaled(right.AsSpan(0, i), -right[i], lower.Slice(i * size, i));
        }

        return (right, leftOut);
    }
}
