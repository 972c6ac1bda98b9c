namespace ModelOperator.Operator.Tests.World;

/// <summary>
/// A test against a real kube-apiserver. Without MODELOP_TEST_KUBECONFIG it is skipped and says so; with MODELOP_REQUIRE_CLUSTER=1
/// it runs and fails instead.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealClusterFactAttribute : FactAttribute
{
    public RealClusterFactAttribute()
    {
        if (RealCluster.KubeConfig is null && !RealCluster.Required)
            Skip = "MODELOP_TEST_KUBECONFIG is not set: start a server with tests/cluster/up --control-plane-only";
    }
}
