namespace ModelOperator.Artifacts;

/// <summary>Where the artifact store is and how to enter.</summary>
/// <param name="BaseUrl">URL of the store.</param>
/// <param name="Token">Bearer token; null sends none.</param>
/// <param name="Namespace">Where a Kubernetes token's owner has the right, asked of blobs and manifests; null for the whole cluster. The store's own tokens need none.</param>
public sealed record StoreEndpoint(Uri BaseUrl, string? Token, string? Namespace = null)
{
    /// <summary>The store of the default install.</summary>
    public const string DefaultUrl = "http://model-operator-artifacts.model-operator-system.svc:8082";

    /// <summary>Reads MODELOP_STORE_URL and MODELOP_STORE_TOKEN.</summary>
    /// <exception cref="FormatException">The URL is none.</exception>
    public static StoreEndpoint FromEnvironment(Func<string, string?> variable)
    {
        var text = variable("MODELOP_STORE_URL") is { Length: > 0 } given ? given : DefaultUrl;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new FormatException($"MODELOP_STORE_URL must be an http(s) URL, not '{text}'");
        return new StoreEndpoint(url, variable("MODELOP_STORE_TOKEN") is { Length: > 0 } token ? token : null);
    }
}
