using System.Net;
using System.Text.Json;
using ModelOperator.Artifacts;
using ModelOperator.Datasets;
using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <content>
/// Claims by the API; http(s):// and s3:// by HEAD, with the credentials of the run's own Secret. The fetcher's network is the one that counts: what the
/// operator cannot reach from where it runs is left to the fetcher. No finding holds a secret: URIs lose their query, headers are never shown.
/// </content>
public sealed partial class DatasetProber
{
    private const string LeftToFetcher = "Left to the fetcher.";
    private static readonly TimeSpan SourcePatience = TimeSpan.FromSeconds(4);

    private async Task<DatasetFinding> OnClaimAsync(string? space, TrainingDataset dataset, ClaimDataset source, CancellationToken cancellationToken)
    {
        var claim = await client.GetAsync(KubernetesDescriptors.PersistentVolumeClaims, source.Claim, space, cancellationToken);
        return claim?.Status?.Phase switch
        {
            null when claim is null => NotFound(dataset, $"there is no PersistentVolumeClaim {source.Claim} in namespace {space}"),
            "Bound" => new(dataset.Name, DatasetState.Found, $"On PersistentVolumeClaim {source.Claim}.", dataset.Digest),
            "Lost" => NotFound(dataset, $"PersistentVolumeClaim {source.Claim} has lost its volume"),
            _ when await WaitsForConsumerAsync(claim!, cancellationToken) =>
                new(dataset.Name, DatasetState.Found, $"PersistentVolumeClaim {source.Claim} is bound when its first Pod is scheduled.", dataset.Digest),
            _ => new(dataset.Name, DatasetState.Unavailable, $"Dataset {dataset.Name}: PersistentVolumeClaim {source.Claim} is not bound yet; looked at again."),
        };
    }

    private async Task<bool> WaitsForConsumerAsync(V1PersistentVolumeClaim claim, CancellationToken cancellationToken)
    {
        if (claim.Spec?.StorageClassName is not { Length: > 0 } name)
            return false;
        try
        {
            await using var body = await client.OpenReadAsync($"/apis/storage.k8s.io/v1/storageclasses/{Uri.EscapeDataString(name)}", cancellationToken);
            using var json = await JsonDocument.ParseAsync(body, default, cancellationToken);
            return json.RootElement.TryGetProperty("volumeBindingMode", out var mode) && mode.GetString() == "WaitForFirstConsumer";
        }
        catch (KubernetesException absent) when (absent.IsNotFound)
        {
            return false;
        }
    }

    private async Task<DatasetFinding> AtSourceAsync(string? space, TrainingDataset dataset, CancellationToken cancellationToken)
    {
        Func<string, string?> secret = static _ => null;
        if (dataset.SecretRef is { } reference)
        {
            if (await client.GetAsync(KubernetesDescriptors.Secrets, reference.Name, space, cancellationToken) is not { } found)
                return NotFound(dataset, $"there is no Secret {reference.Name} in namespace {space}");
            secret = SourceCredentials.Of(found.Data);
        }

        var isS3 = S3Location.TryParse(dataset.Uri, out var location);
        var key = isS3 ? SourceCredentials.S3(secret) : null;
        if (isS3 && dataset.SecretRef is not null && key is null)
            return NotFound(dataset, $"Secret {dataset.SecretRef.Name} lacks {SourceCredentials.AccessKeyId} or {SourceCredentials.SecretAccessKey}");
        if (sources is null)
            return new(dataset.Name, DatasetState.Found, LeftToFetcher, dataset.Digest);
        using var deadline = new CancellationTokenSource(SourcePatience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return isS3
                ? await InS3Async(dataset, location!, key, linked.Token)
                : await AtUrlAsync(dataset, SourceCredentials.Http(secret), linked.Token);
        }
        catch (TransferException refused) when (refused.Kind == TransferFailure.NotFound)
        {
            return NotFound(dataset, refused.Message);
        }
        catch (Exception failure) when (failure is TransferException or HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new(dataset.Name, DatasetState.Found, LeftToFetcher, dataset.Digest);
        }
    }

    private async Task<DatasetFinding> InS3Async(TrainingDataset dataset, S3Location location, S3Credentials? key, CancellationToken cancellationToken)
    {
        var endpoint = new S3Endpoint(dataset.S3?.Endpoint is { } url ? new Uri(url) : null, dataset.S3?.Region ?? S3Endpoint.DefaultRegion, key);
        var s3 = new S3Client(sources!, endpoint, time);
        if (!location.IsPrefix)
        {
            return await s3.SizeAsync(location, cancellationToken) is { } size
                ? new(dataset.Name, DatasetState.Found, "In the bucket.", dataset.Digest, size)
                : NotFound(dataset, $"{dataset.Uri} is not there");
        }

        var (objects, next) = await s3.ListAsync(location, null, 10, cancellationToken);
        return objects.Count > 0 || next is not null
            ? new(dataset.Name, DatasetState.Found, "In the bucket.", dataset.Digest)
            : NotFound(dataset, $"{dataset.Uri} has no objects");
    }

    private async Task<DatasetFinding> AtUrlAsync(TrainingDataset dataset, System.Net.Http.Headers.AuthenticationHeaderValue? authorization, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(dataset.Uri));
        request.Headers.Authorization = authorization;
        using var response = await sources!.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        // Many servers refuse HEAD or answer it with something else: only a plain "not here" is believed.
        return response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone
            ? NotFound(dataset, $"{DatasetUris.Public(dataset.Uri)} answered {(int)response.StatusCode}")
            : new(dataset.Name, DatasetState.Found, response.IsSuccessStatusCode ? "At its source." : LeftToFetcher, dataset.Digest, response.IsSuccessStatusCode ? response.Content.Headers.ContentLength : null);
    }

    private static DatasetFinding NotFound(TrainingDataset dataset, string what) =>
        new(dataset.Name, DatasetState.NotFound, $"Dataset {dataset.Name}: {what}. It is looked up again every minute.");
}
