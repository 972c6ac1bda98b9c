using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryDeployments;

/// <summary>Serves a model and moves traffic to a new version by evidence.</summary>
public sealed record V1CanaryDeployment : KubernetesObject
{
    /// <summary>Creates an empty object of the kind.</summary>
    public V1CanaryDeployment()
        : base(ModelOperatorApi.GroupVersion, "CanaryDeployment")
    {
    }

    /// <summary>The user's part.</summary>
    public CanaryDeploymentSpec Spec { get; set; } = new() { Model = "", VersionRef = new() { Name = "" } };

    /// <summary>The operator's part.</summary>
    public CanaryDeploymentStatus? Status { get; set; }
}
