namespace ModelOperator.Operator.Tests.World;

/// <summary>A test on the real API server with Gateway API's CRD; says what is missing where it cannot run.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class HttpRouteClusterFactAttribute : FactAttribute
{
    public HttpRouteClusterFactAttribute() => Skip =
        !ForeignCrds.Has(ForeignCrds.HttpRoutes) ? $"Gateway API's CRDs are not in {ForeignCrds.Folder}; MODELOP_FOREIGN_CRDS names another folder"
        : new RealClusterFactAttribute().Skip;
}
