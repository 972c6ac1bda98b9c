namespace ModelOperator.Torch;

/// <summary>In what numbers the layers' products are made while training.</summary>
public enum NetworkPrecision
{
    Float32,
    BFloat16,
    Float16,
}
