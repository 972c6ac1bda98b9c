namespace ModelOperator.Torch;

/// <summary>A network of dense layers and how it is trained.</summary>
/// <param name="Columns">Values per row.</param>
/// <param name="Hidden">Units of each hidden layer, which are rectified.</param>
/// <param name="Outputs">Outputs per row.</param>
/// <param name="Loss">What to make small.</param>
public sealed record NetworkOptions(int Columns, IReadOnlyList<int> Hidden, int Outputs, NetworkLoss Loss)
{
    /// <summary>Batch normalisation of each hidden layer, before it is rectified.</summary>
    public bool BatchNorm { get; init; }

    /// <summary>Share of the hidden units that a row in training does without.</summary>
    public double Dropout { get; init; }

    public double WeightDecay { get; init; }

    public NetworkPrecision Precision { get; init; }

    public bool Cuda { get; init; }

    public int Threads { get; init; } = 1;
}
