namespace ModelOperator.Trainer.Output;

/// <summary>What was made of the model, what each takes and loses on this machine, and which of them meets the targets.</summary>
public sealed class OptimisationDocument
{
    public required string Optimise { get; set; }

    public double MaxLoss { get; set; }

    /// <summary>How loss is counted, in words.</summary>
    public required string Loss { get; set; }

    /// <summary>Where the joules come from, in words.</summary>
    public required string Energy { get; set; }

    /// <summary>Absent without a target.</summary>
    public double? TargetLatencyMs { get; set; }

    /// <summary>Absent without a target.</summary>
    public long? MaxMemoryBytes { get; set; }

    /// <summary>The original first.</summary>
    public required List<OptimisedModel> Models { get; set; }

    /// <summary>Of the models that meet the targets the one that loses least; absent when there is no target, or none meets it.</summary>
    public string? Choice { get; set; }

    /// <summary>The same for people.</summary>
    public required string Message { get; set; }
}
