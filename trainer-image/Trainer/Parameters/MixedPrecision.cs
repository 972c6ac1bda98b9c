namespace ModelOperator.Trainer.Parameters;

/// <summary>In what numbers the products of a network's layers are made while training; all else is in 32 bits.</summary>
public enum MixedPrecision
{
    None,
    Bf16,
    Fp16,
}
