using System.Text.Json.Serialization.Metadata;

namespace ModelOperator.Kubernetes;

/// <summary>How to find and decode one kind.</summary>
/// <typeparam name="T">Kind.</typeparam>
/// <param name="Group">API group; "" for the core group.</param>
/// <param name="Version">Version within the group.</param>
/// <param name="Plural">Resource name in paths, lower case.</param>
/// <param name="Kind">Kind, CamelCase.</param>
/// <param name="Namespaced">Whether objects live in a namespace.</param>
/// <param name="Type">JSON contract of the kind.</param>
/// <param name="ListType">JSON contract of a list of the kind.</param>
public sealed record EntityDescriptor<T>(
    string Group,
    string Version,
    string Plural,
    string Kind,
    bool Namespaced,
    JsonTypeInfo<T> Type,
    JsonTypeInfo<KubernetesList<T>> ListType)
    where T : class, IKubernetesObject
{
    /// <summary>"v1" or "group/version".</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";
}
