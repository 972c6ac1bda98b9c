namespace ModelOperator.Datasets;

/// <summary>Count, mean, standard deviation, range and quantiles of a stream of finite numbers (Welford's method). Mergeable. Not thread-safe.</summary>
public sealed class NumericSummary
{
    private double squares;

    /// <summary>Values.</summary>
    public long Count { get; private set; }

    /// <summary>Mean; 0 without values.</summary>
    public double Mean { get; private set; }

    /// <summary>Least value.</summary>
    public double Minimum { get; private set; } = double.PositiveInfinity;

    /// <summary>Greatest value.</summary>
    public double Maximum { get; private set; } = double.NegativeInfinity;

    /// <summary>Quantiles.</summary>
    public QuantileSketch Sketch { get; } = new();

    /// <summary>Standard deviation of the population.</summary>
    public double StandardDeviation => Count == 0 ? 0 : Math.Sqrt(Math.Max(0, squares) / Count);

    /// <summary>Takes a finite value in.</summary>
    public void Add(double value)
    {
        Count++;
        var distance = value - Mean;
        Mean += distance / Count;
        squares += distance * (value - Mean);
        Minimum = Math.Min(Minimum, value);
        Maximum = Math.Max(Maximum, value);
        Sketch.Add(value);
    }

    /// <summary>Takes all of another summary in (Chan's formula).</summary>
    public void Merge(NumericSummary other)
    {
        if (other.Count == 0)
            return;
        var count = Count + other.Count;
        var distance = other.Mean - Mean;
        squares += other.squares + (distance * distance * ((double)Count * other.Count / count));
        Mean += distance * other.Count / count;
        Count = count;
        Minimum = Math.Min(Minimum, other.Minimum);
        Maximum = Math.Max(Maximum, other.Maximum);
        Sketch.Merge(other.Sketch);
    }
}
