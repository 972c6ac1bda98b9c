namespace ModelOperator.Trainer.Learning;

/// <summary>The content of a checkpoint's COMPLETE file.</summary>
public sealed class Checkpoint
{
    public int Schema { get; set; } = 1;

    /// <summary>Rounds boosted, or epochs done.</summary>
    public int Round { get; set; }

    /// <summary>Rounds, or updates of a network: under the contract's name, for whoever looks for the newest checkpoint.</summary>
    public int Step { get; set; }

    /// <summary>The file of the state beside this one.</summary>
    public string File { get; set; } = "";

    /// <summary>sha256 of that file, in hex.</summary>
    public string Sha256 { get; set; } = "";

    /// <summary>Hash over the parameters and the data; a checkpoint continues only the training that wrote it.</summary>
    public string Fingerprint { get; set; } = "";

    public int BestRound { get; set; }

    /// <summary>Absent before the first evaluation (infinity is no JSON).</summary>
    public double? BestScore { get; set; }
}
