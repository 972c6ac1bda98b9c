namespace ModelOperator.Operator.Tests.World;

/// <summary>A test on the real API server with Kueue's CRDs; says what is missing where it cannot run.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KueueClusterFactAttribute : FactAttribute
{
    public KueueClusterFactAttribute() => Skip =
        !ForeignCrds.AreThere ? $"Kueue's CRDs are not in {ForeignCrds.Folder}; MODELOP_FOREIGN_CRDS names another folder"
        : new RealClusterFactAttribute().Skip;
}
