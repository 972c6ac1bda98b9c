using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.ModelVersions;

/// <summary>One small object per model name: owner of its version numbers and aliases.</summary>
public sealed record V1Model : KubernetesObject
{
    /// <summary>Creates an empty object of the kind.</summary>
    public V1Model()
        : base(ModelOperatorApi.GroupVersion, "Model")
    {
    }

    /// <summary>The user's part.</summary>
    public ModelSpec Spec { get; set; } = new();

    /// <summary>The operator's part.</summary>
    public ModelStatus? Status { get; set; }
}
