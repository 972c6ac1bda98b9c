namespace ModelOperator.Kubernetes.Runtime.Metrics;

/// <summary>Counts of one histogram series; each count belongs to one bucket alone, the text accumulates them.</summary>
/// <param name="counts">One count per finite bucket.</param>
internal sealed class HistogramState(long[] counts)
{
    public long[] Counts => counts;

    public long Count { get; private set; }

    public double Sum { get; private set; }

    public void Record(double value, double[] bounds)
    {
        Count++;
        Sum += value;
        for (var i = 0; i < bounds.Length; i++)
        {
            if (value > bounds[i])
                continue;
            counts[i]++;
            return;
        }
    }
}
