namespace ModelOperator.ModelVersions;

/// <summary>Which values of a metric are better.</summary>
public enum GateDirection
{
    Minimize,
    Maximize,
}
