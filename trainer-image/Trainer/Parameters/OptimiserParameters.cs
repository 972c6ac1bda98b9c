namespace ModelOperator.Trainer.Parameters;

/// <summary>How a finished model is made smaller or faster.</summary>
public sealed record OptimiserParameters
{
    /// <summary>What is tried.</summary>
    public Optimisation Optimise { get; init; } = Optimisation.Auto;

    /// <summary>The most that a variant may lose on the validation rows and be kept.</summary>
    public double MaxLoss { get; init; } = 0.02;

    /// <summary>How long one row may take, by the 99th percentile; null for no target.</summary>
    public double? TargetLatencyMs { get; init; }

    /// <summary>Bytes that the loaded model may hold; null for no target.</summary>
    public long? MaxMemory { get; init; }

    /// <summary>Null without one.</summary>
    internal static OptimiserParameters? Parse(ParameterBag bag, Learner learner)
    {
        var optimise = bag.Choice("optimise", Optimisation.None);
        if (optimise == Optimisation.None)
        {
            bag.Refuse("without optimise", "maxLoss", "targetLatencyMs", "maxMemory");
            return null;
        }

        var allowed = learner switch
        {
            Learner.Linear => "None with learner Linear",
            Learner.Network when optimise is Optimisation.Prune or Optimisation.Round => "one of None, Auto, Int8, Fp16 with learner Network",
            not Learner.Network when optimise is Optimisation.Int8 or Optimisation.Fp16 => $"one of None, Auto, Prune, Round with learner {learner}",
            _ => null,
        };
        if (allowed is not null)
            throw ParameterBag.Malformed("optimise", optimise.ToString(), allowed);
        // Zero stands for a parameter that is not there.
        var latency = bag.Number("targetLatencyMs", 0, 0, 60_000, aboveLeast: true);
        return new OptimiserParameters
        {
            Optimise = optimise,
            MaxLoss = bag.Number("maxLoss", 0.02, 0, 1),
            TargetLatencyMs = latency > 0 ? latency : null,
            MaxMemory = bag.Bytes("maxMemory"),
        };
    }

    /// <summary>What says which variants the model has; the targets only choose among them.</summary>
    internal IEnumerable<(string Name, string Value)> Describe() => [("optimise", Optimise.ToString()), ("maxLoss", ParameterBag.Text(MaxLoss))];
}
