using System.Runtime.CompilerServices;
using ModelOperator.Gateway.Traffic;
using ModelOperator.Kubernetes;

namespace ModelOperator.Gateway.Sources;

/// <summary>
/// Watches one ConfigMap, key <c>routes.json</c>. Needs get and watch on that one name: the watch starts without a version, so that the
/// server sends the present state first and no old version can be refused. After every end of the watch it reads the object again, so a missed event is
/// made good; while the API server cannot be reached it tries again after 1 s, then 2, 4 ... 30 s.
/// </summary>
public sealed partial class ConfigMapRouteTableSource(
    IKubernetesClient client, string namespaceName, string name, TimeProvider clock, ILogger<ConfigMapRouteTableSource> logger) : IRouteTableSource
{
    /// <summary>Key of the ConfigMap that holds the table.</summary>
    public const string Key = "routes.json";

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public async IAsyncEnumerable<RouteTableText> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        while (true)
        {
            var read = await TryReadAsync(cancellationToken);
            if (read is not null)
            {
                yield return read;
                var started = clock.GetTimestamp();
                await foreach (var text in WatchAsync(cancellationToken))
                    yield return text;
                // A watch that lasted was healthy; one that ends at once must not become a busy loop.
                pause = clock.GetElapsedTime(started) > LongestPause ? FirstPause : pause;
            }

            await Task.Delay(pause, clock, cancellationToken);
            pause = read is null ? GrowingWait.After(pause, LongestPause) : FirstPause;
        }
    }

    private async Task<RouteTableText?> TryReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return TextOf(await client.GetAsync(KubernetesDescriptors.ConfigMaps, name, namespaceName, cancellationToken));
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogUnreachable(namespaceName, name, exception.Message);
            return null;
        }
    }

    private async IAsyncEnumerable<RouteTableText> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        WatchOptions options = new() { FieldSelector = $"metadata.name={name}" };
        await using var events = client.WatchAsync(KubernetesDescriptors.ConfigMaps, namespaceName, null, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await events.MoveNextAsync())
                    yield break;
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                LogWatchEnded(namespaceName, name, exception.Message);
                yield break;
            }

            if (events.Current.Type != WatchEventType.Bookmark)
                yield return TextOf(events.Current.Type == WatchEventType.Deleted ? null : events.Current.Object);
        }
    }

    private RouteTableText TextOf(V1ConfigMap? map)
    {
        if (map is null)
            return new(null, $"ConfigMap {namespaceName}/{name} does not exist");
        return map.Data is not null && map.Data.TryGetValue(Key, out var json)
            ? new(json, null)
            : new(null, $"ConfigMap {namespaceName}/{name} has no key {Key}");
    }
}
