namespace ModelOperator.Trainer.Learning.Networks;

/// <summary>A layer's place in a network's state.</summary>
/// <param name="Inputs">Values that it takes.</param>
/// <param name="Outputs">Its units.</param>
/// <param name="Weight">Where its weights begin.</param>
/// <param name="Statistics">Where, among the running statistics, its means begin; null without batch normalisation.</param>
internal readonly record struct LayerShape(int Inputs, int Outputs, int Weight, int? Statistics)
{
    internal int Bias => Weight + (Outputs * Inputs);

    /// <summary>With batch normalisation; what follows the layer without.</summary>
    internal int Gamma => Bias + Outputs;

    internal int Beta => Gamma + Outputs;
}
