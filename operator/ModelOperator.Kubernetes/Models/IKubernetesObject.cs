namespace ModelOperator.Kubernetes;

/// <summary>Any object of the API with identity: API version, kind and metadata.</summary>
public interface IKubernetesObject
{
    /// <summary>"v1" for the core group, otherwise "group/version".</summary>
    string ApiVersion { get; set; }

    /// <summary>Kind, CamelCase.</summary>
    string Kind { get; set; }

    /// <summary>Standard metadata.</summary>
    V1ObjectMeta Metadata { get; set; }
}
