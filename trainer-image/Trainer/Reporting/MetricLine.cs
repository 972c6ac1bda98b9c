namespace ModelOperator.Trainer.Reporting;

/// <summary>One line of the metrics file.</summary>
public sealed class MetricLine
{
    public required string Metric { get; set; }

    public double Value { get; set; }

    public int Step { get; set; }

    public required DateTimeOffset Ts { get; set; }
}
