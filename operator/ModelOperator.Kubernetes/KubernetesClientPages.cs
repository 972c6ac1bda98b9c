using System.Runtime.CompilerServices;

namespace ModelOperator.Kubernetes;

/// <summary>Long lists, page by page.</summary>
public static class KubernetesClientPages
{
    /// <summary>The pages of a list, one at least, each asked for when it is come to: none but that one is in memory.</summary>
    /// <param name="client">API server.</param>
    /// <param name="descriptor">Kind.</param>
    /// <param name="namespaceName">Namespace, or null for all.</param>
    /// <param name="options">Selectors and the size of a page.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public static async IAsyncEnumerable<KubernetesList<T>> PagesAsync<T>(
        this IKubernetesClient client, EntityDescriptor<T> descriptor, string? namespaceName, ListOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        string? more = null;
        do
        {
            var page = await client.ListAsync(descriptor, namespaceName, options with { Continue = more }, cancellationToken);
            // Whoever takes the page may change it.
            more = page.Metadata.ContinueProperty;
            yield return page;
        }
        while (!string.IsNullOrEmpty(more));
    }
}
