using ModelOperator.Kubernetes;

namespace ModelOperator.Operator.Tests.World;

/// <summary>Follows one kind in one namespace for a double: lists, watches, begins again when the stream ends.</summary>
internal static class ApiWatch
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    internal static async Task FollowAsync<T>(
        IKubernetesClient client, EntityDescriptor<T> descriptor, string space, Func<T, Task> seen, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var list = await client.ListAllAsync(descriptor, space, null, cancellationToken);
                foreach (var item in list.Items)
                    await SeeAsync(seen, item);
                await foreach (var change in client.WatchAsync(descriptor, space, list.Metadata.ResourceVersion, null, cancellationToken))
                    if (change is { Type: not WatchEventType.Deleted, Object: { } item })
                        await SeeAsync(seen, item);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception)
            {
                await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
            }
        }
    }

    // A conflict or a vanished object: a newer event is on its way.
    private static async Task SeeAsync<T>(Func<T, Task> seen, T item)
    {
        try
        {
            await seen(item);
        }
        catch (KubernetesException stale) when (stale.IsConflict || stale.IsNotFound || stale.IsInvalid || stale.IsAlreadyExists)
        {
        }
    }
}
