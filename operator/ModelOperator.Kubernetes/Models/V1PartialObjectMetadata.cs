namespace ModelOperator.Kubernetes;

/// <summary>Any object, of which only the metadata matters.</summary>
public sealed record V1PartialObjectMetadata() : KubernetesObject("meta.k8s.io/v1", "PartialObjectMetadata");
