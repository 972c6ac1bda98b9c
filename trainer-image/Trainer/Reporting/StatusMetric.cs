namespace ModelOperator.Trainer.Reporting;

/// <summary>A metric; the value is text in that contract.</summary>
public sealed class StatusMetric
{
    public required string Name { get; set; }

    public required string Value { get; set; }
}
