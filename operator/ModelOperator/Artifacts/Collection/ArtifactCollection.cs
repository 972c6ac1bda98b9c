using System.Text.Json;
using ModelOperator.Api;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Controllers;

namespace ModelOperator.Artifacts;

/// <summary>
/// Now and then, in the leading replica: tells the artifact store what objects name. Any failure ends the pass before the store hears a word, and then
/// nothing is collected.
/// </summary>
/// <param name="objects">What is named.</param>
/// <param name="store">Artifact store, with a token for all of it.</param>
/// <param name="options">Settings; the interval is among them.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Log.</param>
public sealed partial class ArtifactCollection(ObjectDigests objects, ArtifactStoreClient store, OperatorOptions options, TimeProvider time, ILogger<ArtifactCollection> log) : IKeyController
{
    /// <summary>Wait for the first pass of a process, and after one that failed.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    private static readonly NamespacedName Key = new("", "artifacts");

    private DateTimeOffset next = time.GetUtcNow() + Pause;

    /// <summary>Registers it, unless it is switched off.</summary>
    public static void AddTo(ControllerHostBuilder host, OperatorOptions options)
    {
        if (options.CollectArtifactsEvery == TimeSpan.Zero)
            return;
        host.Services.AddSingleton(static provider => new ObjectDigests(provider.GetRequiredService<IKubernetesClient>()));
        host.Services.AddSingleton(static provider => new ArtifactStoreClient(
            TransferHttp.ForStore(),
            new StoreEndpoint(new Uri(provider.GetRequiredService<OperatorOptions>().StoreUrl), provider.GetRequiredService<ArtifactTokens>().Issue(ArtifactScope.Admin)),
            provider.GetRequiredService<TimeProvider>()));
        // Any object starts it; from then on it keeps its own time. Without an object there is nothing to say: no names, no collection.
        host.AddKeyController<ArtifactCollection>("artifact-collection", new ControllerOptions { Name = "artifact-collection", Workers = 1, ReconcileTimeout = TimeSpan.FromMinutes(30) })
            .Watches(ModelOperatorDescriptors.TrainingRuns, static _ => [Key], null, IsFirst)
            .Watches(ModelOperatorDescriptors.ModelVersions, static _ => [Key], null, IsFirst);
    }

    /// <inheritdoc/>
    public async Task<ReconciliationResult> ReconcileAsync(NamespacedName key, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() is var now && now >= next)
            next = now + (await PassAsync(cancellationToken) ? options.CollectArtifactsEvery : Pause);
        return ReconciliationResult.RequeueAfter(next - now);
    }

    /// <summary>One pass; false when it came to nothing.</summary>
    public async Task<bool> PassAsync(CancellationToken cancellationToken)
    {
        try
        {
            // The store's own time of this is what counts: what is put, asked for or named from now on stays.
            var open = await store.BeginCollectionAsync(cancellationToken);
            var named = await objects.ReadAsync(cancellationToken);
            if (named.Count == 0)
                return true;
            var report = await store.EndCollectionAsync(open.Id, named, cancellationToken);
            LogCollected(report.Mode, report.Named, report.Blobs, report.GarbageBlobs, report.GarbageBytes, report.DeletedBlobs, report.DeletedBytes);
            return true;
        }
        catch (Exception failure) when (failure is TransferException or KubernetesException or HttpRequestException or TimeoutException or IOException or JsonException)
        {
            LogFailed(failure.Message);
            return false;
        }
    }

    private static bool IsFirst<T>(CacheChange<T> change)
        where T : class, IKubernetesObject => change.Old is null;

    [LoggerMessage(Level = LogLevel.Information, Message = "Artifact store, collection ({Mode}): {Named} digests named, {Blobs} blobs, {Garbage} of them garbage ({GarbageBytes} bytes), {Deleted} deleted ({DeletedBytes} bytes)")]
    private partial void LogCollected(CollectionMode mode, int named, int blobs, int garbage, long garbageBytes, int deleted, long deletedBytes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Artifact store: nothing was collected: {Reason}")]
    private partial void LogFailed(string reason);
}
