namespace ModelOperator.ModelVersions;

/// <summary>For people; machines read the conditions.</summary>
public enum ModelVersionPhase
{
    Pending,
    Ready,
    Failed,
    Archived,
}
