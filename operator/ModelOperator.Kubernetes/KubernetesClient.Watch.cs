using System.Globalization;
using System.Runtime.CompilerServices;

namespace ModelOperator.Kubernetes;

/// <content>Watch.</content>
public sealed partial class KubernetesClient
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        EntityDescriptor<T> descriptor,
        string? namespaceName,
        string? resourceVersion,
        WatchOptions? options,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        options ??= new WatchOptions();
        var timeout = options.Timeout ?? TimeSpan.FromSeconds(240 + Math.Floor(_transport.NextRandom() * 240));
        var path = WatchPath(descriptor, namespaceName, resourceVersion, options, timeout);
        using var deadline = new CancellationTokenSource(timeout + _transport.Options.WatchGrace, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        using var response = await _transport.OpenAsync(new ApiRequest(HttpMethod.Get, path), cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(linked.Token);
        var lines = new WatchLines(stream);
        try
        {
            while (await NextAsync(lines, descriptor, linked.Token, deadline.Token, cancellationToken) is { } next)
                yield return next;
        }
        finally
        {
            await lines.DisposeAsync();
        }
    }

    private static string WatchPath<T>(
        EntityDescriptor<T> descriptor, string? namespaceName, string? resourceVersion, WatchOptions options, TimeSpan timeout)
        where T : class, IKubernetesObject =>
        ResourcePath.Collection(descriptor, namespaceName)
            .With("watch", "true")
            .With("allowWatchBookmarks", options.AllowBookmarks ? "true" : null)
            .With("resourceVersion", resourceVersion)
            .With("labelSelector", options.LabelSelector)
            .With("fieldSelector", options.FieldSelector)
            .With("timeoutSeconds", Math.Ceiling(timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture))
            .ToString();

    private static async ValueTask<WatchEvent<T>?> NextAsync<T>(
        WatchLines lines, EntityDescriptor<T> descriptor, CancellationToken linked, CancellationToken deadline, CancellationToken caller)
        where T : class, IKubernetesObject
    {
        try
        {
            if (!await lines.MoveNextAsync(linked))
                return null;
        }
        catch (OperationCanceledException e) when (deadline.IsCancellationRequested && !caller.IsCancellationRequested)
        {
            throw new TimeoutException($"the watch of {descriptor.Plural} is past its own timeout; the connection is half-open", e);
        }

        var next = WatchDecoder.Decode(lines.Current, descriptor.Type);
        if (next.Object is { } entity)
            Enter(entity, descriptor.ApiVersion, descriptor.Kind);
        return next;
    }
}
