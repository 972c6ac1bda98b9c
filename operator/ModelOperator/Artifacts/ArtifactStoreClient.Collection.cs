using System.Text;
using System.Text.Json;

namespace ModelOperator.Artifacts;

public sealed partial class ArtifactStoreClient
{
    // The store looks at every blob before it answers.
    private static readonly TimeSpan CollectionTimeout = TimeSpan.FromMinutes(15);

    /// <summary>Begins a collection of garbage; what is named is to be read after this.</summary>
    public Task<OpenCollection> BeginCollectionAsync(CancellationToken cancellationToken) => ExchangeAsync(
        Request(HttpMethod.Post, CollectionEndpoints.Route),
        static async (response, guard) => JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(guard.Token), ArtifactsJson.Default.OpenCollection)!,
        acceptNotFound: false,
        cancellationToken);

    /// <summary>Ends a collection with all digests that are named.</summary>
    public async Task<CollectionReport> EndCollectionAsync(string id, IReadOnlyCollection<Sha256Digest> named, CancellationToken cancellationToken)
    {
        using var text = new StringWriter();
        NamedDigests.Write(named, text);
        using var request = Request(HttpMethod.Put, $"{CollectionEndpoints.Route}/{id}");
        request.Content = new StringContent(text.ToString(), Encoding.ASCII);
        return await ExchangeAsync(
            request,
            static async (response, guard) => JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(guard.Token), ArtifactsJson.Default.CollectionReport)!,
            acceptNotFound: false,
            cancellationToken,
            CollectionTimeout);
    }
}
