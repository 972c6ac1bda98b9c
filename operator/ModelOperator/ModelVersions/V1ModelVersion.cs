using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.ModelVersions;

/// <summary>An immutable version of a model: content by digest, lineage, metrics and energy.</summary>
public sealed record V1ModelVersion : KubernetesObject
{
    /// <summary>Creates an empty object of the kind.</summary>
    public V1ModelVersion()
        : base(ModelOperatorApi.GroupVersion, "ModelVersion")
    {
    }

    /// <summary>The user's part.</summary>
    public ModelVersionSpec Spec { get; set; } = new() { Model = "", Artifact = new() { Uri = "", Digest = "" } };

    /// <summary>The operator's part.</summary>
    public ModelVersionStatus? Status { get; set; }
}
