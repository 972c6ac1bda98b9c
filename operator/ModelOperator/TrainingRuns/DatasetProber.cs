using System.Text;
using ModelOperator.Artifacts;
using ModelOperator.Datasets;
using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// Looks for datasets: modelop:// by a HEAD at the artifact store, configmap:// and pvc:// at the API server, http(s):// and s3:// by a HEAD at their source.
/// A store that does not answer within ten seconds is unavailable, not missing.
/// </summary>
/// <param name="client">API server.</param>
/// <param name="store">Artifact store.</param>
/// <param name="time">Clock.</param>
/// <param name="sources">Client for http(s) and s3 sources, which follows no redirect; null leaves them to the fetcher.</param>
public sealed partial class DatasetProber(IKubernetesClient client, ArtifactStoreClient store, TimeProvider time, HttpClient? sources = null) : IDatasetProber
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DatasetFinding>> ProbeAsync(V1TrainingRun run, CancellationToken cancellationToken) =>
        await Task.WhenAll((run.Spec.Datasets ?? []).Select(dataset => ProbeAsync(run.Metadata.NamespaceProperty, dataset, cancellationToken)));

    private async Task<DatasetFinding> ProbeAsync(string? space, TrainingDataset dataset, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Patience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            if (ConfigMapDataset.TryParse(dataset.Uri, out var source))
                return await InConfigMapAsync(space, dataset, source, linked.Token);
            if (Sha256Digest.TryParse(dataset.Uri, out var digest))
                return await InStoreAsync(dataset, digest, linked.Token);
            return ClaimDataset.TryParse(dataset.Uri, out var claim)
                ? await OnClaimAsync(space, dataset, claim, linked.Token)
                : await AtSourceAsync(space, dataset, linked.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(dataset.Name, DatasetState.Unavailable, $"Dataset {dataset.Name}: no answer about {DatasetUris.Public(dataset.Uri)} within {Patience.TotalSeconds:0} s; tried again.");
        }
        catch (Exception failure) when (failure is TransferException or HttpRequestException or KubernetesException or TimeoutException)
        {
            return new(dataset.Name, DatasetState.Unavailable, $"Dataset {dataset.Name}: {DatasetUris.Public(dataset.Uri)} cannot be looked up: {failure.Message}; tried again.");
        }
    }

    private async Task<DatasetFinding> InStoreAsync(TrainingDataset dataset, Sha256Digest digest, CancellationToken cancellationToken) =>
        await store.SizeAsync(digest, cancellationToken) is { } size
            ? new(dataset.Name, DatasetState.Found, "In the artifact store.", digest.ToString(), size)
            : new(dataset.Name, DatasetState.NotFound, $"Dataset {dataset.Name}: the artifact store has no {dataset.Uri}. Upload it; it is looked up again every minute.");

    private async Task<DatasetFinding> InConfigMapAsync(string? space, TrainingDataset dataset, ConfigMapDataset source, CancellationToken cancellationToken)
    {
        var map = await client.GetAsync(KubernetesDescriptors.ConfigMaps, source.Name, space, cancellationToken);
        if (map is null)
            return Missing($"there is no ConfigMap {source.Name} in namespace {space}");
        if (source.Key is not { } key)
            return new(dataset.Name, DatasetState.Found, $"ConfigMap {source.Name}.");
        var bytes = map.Data?.TryGetValue(key, out var text) == true ? Encoding.UTF8.GetBytes(text)
            : map.BinaryData?.GetValueOrDefault(key);
        if (bytes is null)
            return Missing($"ConfigMap {source.Name} has no key {key}");
        var actual = Sha256Digest.Of(bytes).ToString();
        return dataset.Digest is { } expected && expected != actual
            ? new(dataset.Name, DatasetState.DigestMismatch, $"Dataset {dataset.Name}: {dataset.Uri} hashes to {actual}, but {expected} was expected.", actual, bytes.Length)
            : new(dataset.Name, DatasetState.Found, $"ConfigMap {source.Name}.", actual, bytes.Length);

        DatasetFinding Missing(string what) =>
            new(dataset.Name, DatasetState.NotFound, $"Dataset {dataset.Name}: {what}. Create it; it is looked up again every minute.");
    }
}
