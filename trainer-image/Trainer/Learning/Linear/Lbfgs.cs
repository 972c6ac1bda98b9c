namespace ModelOperator.Trainer.Learning.Linear;

/// <summary>
/// Minimises a smooth convex function by limited-memory BFGS with backtracking (J. Nocedal, S. Wright, "Numerical Optimization", 2nd ed., algorithms 7.4
/// and 7.5, Armijo's condition of 3.1).
/// </summary>
/// <param name="function">The value at a point; the second argument receives the gradient.</param>
internal sealed class Lbfgs(Func<double[], double[], double> function)
{
    private const int Memory = 10;
    private const int MostHalvings = 60;
    private const double Sufficient = 1e-4;

    private readonly LinkedList<(double[] Step, double[] Change, double Curvature)> _history = new();

    /// <param name="length">Numbers in a point; the search begins at zero.</param>
    /// <param name="most">The most steps.</param>
    /// <param name="tolerance">Where no component of the gradient is larger, it ends.</param>
    /// <param name="after">Called after each step with its number and the point.</param>
    /// <returns>The point, the steps, and whether the gradient is within the tolerance.</returns>
    internal (double[] Point, int Steps, bool Converged) Minimise(int length, int most, double tolerance, Action<int, double[]> after)
    {
        var (point, gradient) = (new double[length], new double[length]);
        var value = function(point, gradient);
        var steps = 0;
        while (Largest(gradient) > tolerance && steps < most)
        {
            var (direction, slope) = Direction(gradient);
            var (nextPoint, nextGradient) = (new double[length], new double[length]);
            var size = _history.Count == 0 ? Math.Min(1, 1 / Math.Sqrt(-slope)) : 1;
            if (!Search(point, value, direction, slope, size, nextPoint, nextGradient, out var next))
                break;
            Remember(point, gradient, nextPoint, nextGradient);
            (point, gradient, value) = (nextPoint, nextGradient, next);
            after(++steps, point);
        }

        return (point, steps, Largest(gradient) <= tolerance);
    }

    private bool Search(double[] point, double value, double[] direction, double slope, double size, double[] nextPoint, double[] nextGradient, out double next)
    {
        next = value;
        for (var halvings = 0; halvings < MostHalvings; halvings++, size /= 2)
        {
            point.CopyTo(nextPoint, 0);
            Vectors.AddScaled(nextPoint, size, direction);
            next = function(nextPoint, nextGradient);
            if (next <= value + (Sufficient * size * slope))
                return true;
        }

        return false;
    }

    private (double[] Direction, double Slope) Direction(double[] gradient)
    {
        var direction = gradient.Select(static component => -component).ToArray();
        var shares = new Stack<double>();
        for (var pair = _history.Last; pair is not null; pair = pair.Previous)
        {
            var share = Vectors.Dot(pair.Value.Step, direction) / pair.Value.Curvature;
            shares.Push(share);
            Vectors.AddScaled(direction, -share, pair.Value.Change);
        }

        if (_history.Last is { Value: var last })
        {
            var scale = last.Curvature / Vectors.Dot(last.Change, last.Change);
            for (var i = 0; i < direction.Length; i++)
                direction[i] *= scale;
        }

        for (var pair = _history.First; pair is not null; pair = pair.Next)
            Vectors.AddScaled(direction, shares.Pop() - (Vectors.Dot(pair.Value.Change, direction) / pair.Value.Curvature), pair.Value.Step);
        return (direction, Vectors.Dot(direction, gradient));
    }

    private void Remember(double[] point, double[] gradient, double[] nextPoint, double[] nextGradient)
    {
        var step = nextPoint.Zip(point, static (next, last) => next - last).ToArray();
        var change = nextGradient.Zip(gradient, static (next, last) => next - last).ToArray();
        var curvature = Vectors.Dot(step, change);
        // Without curvature the pair says nothing, and would spoil the next directions.
        if (curvature <= 1e-14 * Vectors.Dot(change, change))
            return;
        _history.AddLast((step, change, curvature));
        if (_history.Count > Memory)
            _history.RemoveFirst();
    }

    private static double Largest(double[] gradient) => gradient.Max(Math.Abs);
}
