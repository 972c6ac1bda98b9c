using System.Text;

namespace ModelOperator.Kubernetes;

/// <summary>Builds request paths and queries.</summary>
internal sealed class ResourcePath
{
    private readonly StringBuilder _text = new();
    private char _separator = '?';

    private ResourcePath(string path) => _text.Append(path);

    /// <summary>The collection of a kind, in a namespace or in all.</summary>
    internal static ResourcePath Collection<T>(EntityDescriptor<T> descriptor, string? namespaceName)
        where T : class, IKubernetesObject
    {
        if (!descriptor.Namespaced && namespaceName is not null)
            throw new ArgumentException($"{descriptor.Kind} is cluster-scoped; the namespace must be null", nameof(namespaceName));
        var root = descriptor.Group.Length == 0 ? $"/api/{descriptor.Version}" : $"/apis/{descriptor.Group}/{descriptor.Version}";
        return new ResourcePath(namespaceName is null
            ? $"{root}/{descriptor.Plural}"
            : $"{root}/namespaces/{Uri.EscapeDataString(namespaceName)}/{descriptor.Plural}");
    }

    /// <summary>One object, or a subresource of it.</summary>
    internal static ResourcePath Item<T>(EntityDescriptor<T> descriptor, string? namespaceName, string name, string? subresource = null)
        where T : class, IKubernetesObject
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        RequireNamespace(descriptor, namespaceName);
        var path = Collection(descriptor, namespaceName);
        path._text.Append('/').Append(Uri.EscapeDataString(name));
        if (subresource is not null)
            path._text.Append('/').Append(subresource);
        return path;
    }

    /// <summary>The collection that a new object is posted to.</summary>
    internal static ResourcePath ForCreate<T>(EntityDescriptor<T> descriptor, string? namespaceName)
        where T : class, IKubernetesObject
    {
        RequireNamespace(descriptor, namespaceName);
        return Collection(descriptor, namespaceName);
    }

    /// <summary>Adds a query parameter unless the value is null or empty.</summary>
    internal ResourcePath With(string key, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return this;
        _text.Append(_separator).Append(key).Append('=').Append(Uri.EscapeDataString(value));
        _separator = '&';
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private static void RequireNamespace<T>(EntityDescriptor<T> descriptor, string? namespaceName)
        where T : class, IKubernetesObject
    {
        if (descriptor.Namespaced && string.IsNullOrEmpty(namespaceName))
            throw new ArgumentException($"{descriptor.Kind} is namespaced; a namespace is required", nameof(namespaceName));
    }
}
