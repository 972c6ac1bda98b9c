namespace ModelOperator.Trainer.Learning.Linear;

/// <summary>
/// The mean log loss of a linear model on some rows and its gradient. Weights stand output by output, each with its intercept last; one output means
/// the probability 1 / (1 + exp(-sum)) of class 1, several mean exp(sum) over that of all.
/// </summary>
internal sealed class LogisticLoss(Design design, Dataset data, int outputs, int threads)
{
    private int Stride => design.Columns + 1;

    /// <summary>Numbers in a vector of weights.</summary>
    internal int Length => outputs * Stride;

    /// <param name="weights">Where to look.</param>
    /// <param name="gradient">Receives the gradient.</param>
    internal double At(double[] weights, double[] gradient)
    {
        var sums = Parts.Sum(data.Rows, Length + 1, threads, (from, to, sum) => Add(weights, from, to, sum));
        for (var i = 0; i < Length; i++)
            gradient[i] = sums[i] / data.Rows;
        return sums[Length] / data.Rows;
    }

    /// <summary>The penalty's value: lambda / 2 sum(b^2) over the rows, without the intercepts; its gradient is added.</summary>
    internal double Penalty(double[] weights, double lambda, double[] gradient)
    {
        double squares = 0;
        for (var i = 0; i < Length; i++)
        {
            if (i % Stride == design.Columns)
                continue;
            squares += weights[i] * weights[i];
            gradient[i] += lambda * weights[i] / data.Rows;
        }

        return lambda * squares / 2 / data.Rows;
    }

    private void Add(double[] weights, int from, int to, double[] sum)
    {
        var row = new double[Stride];
        row[^1] = 1;
        var slopes = new double[outputs];
        for (var i = from; i < to; i++)
        {
            design.Fill(data.Values.AsSpan(i * data.Columns, data.Columns), row);
            for (var output = 0; output < outputs; output++)
                slopes[output] = Vectors.Dot(weights.AsSpan(output * Stride, Stride), row);
            sum[Length] += outputs == 1 ? Binary(slopes, data.Labels[i]) : Classes(slopes, (int)data.Labels[i]);
            for (var output = 0; output < outputs; output++)
                Vectors.AddScaled(sum.AsSpan(output * Stride, Stride), slopes[output], row);
        }
    }

    // The loss; the sum becomes the loss's slope in it. Written so that nothing overflows and no digit is lost at either end.
    private static double Binary(double[] sums, float label)
    {
        var sum = sums[0];
        var small = Math.Exp(-Math.Abs(sum));
        sums[0] = (sum >= 0 ? 1 / (1 + small) : small / (1 + small)) - label;
        return Math.Max(sum, 0) - (label * sum) + double.LogP1(small);
    }

    private static double Classes(double[] sums, int label)
    {
        var most = sums.Max();
        var own = sums[label] - most;
        double all = 0;
        for (var i = 0; i < sums.Length; i++)
            all += sums[i] = Math.Exp(sums[i] - most);
        for (var i = 0; i < sums.Length; i++)
            sums[i] = (sums[i] / all) - (i == label ? 1 : 0);
        return Math.Log(all) - own;
    }
}
