using ModelOperator.Kubernetes;

namespace ModelOperator.CanaryNodes;

/// <summary>Everything of one kind that the operator made, from the start and as it changes.</summary>
internal static class Watching
{
    private const string Selector = "app.kubernetes.io/managed-by=model-operator,modeloperator.io/canary";

    internal static async Task RunAsync<T>(KubernetesClient client, EntityDescriptor<T> kind, Action<T> see, CancellationToken stop)
        where T : class, IKubernetesObject
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var list = await client.ListAllAsync(kind, null, new() { LabelSelector = Selector }, stop);
                foreach (var item in list.Items)
                    see(item);
                await FollowAsync(client, kind, list.Metadata.ResourceVersion!, see, stop);
            }
            catch (Exception broken) when (broken is KubernetesException or HttpRequestException or IOException or TimeoutException)
            {
                await Console.Error.WriteLineAsync($"{kind.Plural} are listed again: {broken.Message}");
                await Task.Delay(TimeSpan.FromSeconds(1), stop);
            }
        }
    }

    /// <summary>Goes on after each regular end of a watch.</summary>
    private static async Task FollowAsync<T>(KubernetesClient client, EntityDescriptor<T> kind, string version, Action<T> see, CancellationToken stop)
        where T : class, IKubernetesObject
    {
        while (true)
        {
            await foreach (var change in client.WatchAsync(kind, null, version, new() { LabelSelector = Selector }, stop))
            {
                version = change.ResourceVersion;
                if (change is { Type: not WatchEventType.Deleted, Object: { } item })
                    see(item);
            }
        }
    }
}
