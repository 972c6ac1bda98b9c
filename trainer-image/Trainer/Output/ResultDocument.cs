namespace ModelOperator.Trainer.Output;

/// <summary>result.json of the trainer contract.</summary>
public sealed class ResultDocument
{
    public int Schema { get; set; } = 1;

    public required ResultModel Model { get; set; }

    public required SortedDictionary<string, double> Metrics { get; set; }

    /// <summary>Rows that were trained on.</summary>
    public long Samples { get; set; }

    /// <summary>The device that was really used: cpu or cuda.</summary>
    public required string Device { get; set; }

    public required ResultUsage Usage { get; set; }

    /// <summary>Absent without parameter optimise.</summary>
    public OptimisationDocument? Optimisation { get; set; }
}
