using System.Threading.Channels;

namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <content>One watch session.</content>
public sealed partial class Informer<T>
{
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var watch = new WatchOptions { LabelSelector = cache.LabelSelector, FieldSelector = cache.FieldSelector, Timeout = options.WatchTimeout };
        // The server ends the watch of a client that reads slowly: reading goes on while what was read is taken in.
        var read = Channel.CreateUnbounded<WatchEvent<T>>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = ReadAsync(client.WatchAsync(descriptor, cache.NamespaceName, resumeFrom, watch, enough.Token), read.Writer);
        try
        {
            await foreach (var change in read.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
                TakeIn(change);
        }
        catch
        {
            await enough.CancelAsync().ConfigureAwait(false);
            throw;
        }

        await reading.ConfigureAwait(false);
    }

    /// <summary>Reads to the end of the watch; the failure that ended it comes out when all that was read before is taken in.</summary>
    private async Task ReadAsync(IAsyncEnumerable<WatchEvent<T>> events, ChannelWriter<WatchEvent<T>> read)
    {
        try
        {
            await foreach (var change in events.ConfigureAwait(false))
            {
                Heard();
                await read.WriteAsync(change, CancellationToken.None).ConfigureAwait(false);
            }
        }
        finally
        {
            read.Complete();
        }
    }

    private void TakeIn(WatchEvent<T> change)
    {
        var entered = change.Object is { } entity ? change with { Object = Enter(entity) } : change;
        lock (gate)
        {
            if (Store.Apply(entered) is { } known)
                Publish_NeedsLock(known);
        }

        if (change.ResourceVersion.Length > 0)
            resumeFrom = change.ResourceVersion;
    }
}
