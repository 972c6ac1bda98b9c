using System.Text.Json;
using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.Artifacts;

/// <summary>
/// All digests that objects of our kinds name, specs and statuses, read from the API server itself (a cache may be behind) and as the server wrote them (a
/// field that this release does not know counts too). All of it or an exception: part of a list is never taken for the whole.
/// </summary>
public sealed class ObjectDigests(IKubernetesClient client)
{
    private const int PageSize = 500;

    private static readonly string[] Kinds =
    [
        ModelOperatorDescriptors.TrainingRuns.Plural,
        ModelOperatorDescriptors.Models.Plural,
        ModelOperatorDescriptors.ModelVersions.Plural,
        ModelOperatorDescriptors.CanaryDeployments.Plural,
    ];

    /// <summary>Reads all pages of all kinds.</summary>
    /// <exception cref="KubernetesException">The server refuses, or a list changed too much while it was read.</exception>
    /// <exception cref="JsonException">An answer is no list.</exception>
    public async Task<IReadOnlySet<Sha256Digest>> ReadAsync(CancellationToken cancellationToken)
    {
        var found = new HashSet<Sha256Digest>();
        foreach (var kind in Kinds)
        {
            string? next = "";
            while (next is not null)
                next = await ReadPageAsync(kind, next, found, cancellationToken);
        }

        return found;
    }

    /// <summary>Where the next page begins; null after the last.</summary>
    private async Task<string?> ReadPageAsync(string kind, string from, HashSet<Sha256Digest> found, CancellationToken cancellationToken)
    {
        var path = $"/apis/{ModelOperatorApi.Group}/{ModelOperatorApi.Version}/{kind}?limit={PageSize}{(from.Length > 0 ? "&continue=" : "")}{Uri.EscapeDataString(from)}";
        await using var body = await client.OpenReadAsync(path, cancellationToken);
        using var page = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
        if (page.RootElement.ValueKind != JsonValueKind.Object
            || !page.RootElement.TryGetProperty("items", out var items) || items.ValueKind != JsonValueKind.Array
            || !page.RootElement.TryGetProperty("metadata", out var metadata) || metadata.ValueKind != JsonValueKind.Object)
            throw new JsonException($"the answer to {path} is no list");
        DigestScan.AddFrom(items, found);
        return metadata.TryGetProperty("continue", out var token) && token.GetString() is { Length: > 0 } next ? next : null;
    }
}
