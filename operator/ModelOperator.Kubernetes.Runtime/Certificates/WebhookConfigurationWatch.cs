using System.Threading.Channels;

namespace ModelOperator.Kubernetes.Runtime.Certificates;

/// <summary>
/// Tells at once when the webhook configurations of a name change, so that an entry that an upgrade brings without a caBundle, which the API server could call nobody by, has one a moment
/// later. Only a help: what keeps it from watching leaves the looks at their interval.
/// </summary>
/// <param name="client">API server.</param>
/// <param name="name">Name of the validating and of the mutating configuration.</param>
/// <param name="time">Clock.</param>
/// <param name="retry">Pause after a watch that failed.</param>
internal sealed class WebhookConfigurationWatch(IKubernetesClient client, string name, TimeProvider time, TimeSpan retry)
{
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Watches until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
        FollowAsync(KubernetesDescriptors.ValidatingWebhookConfigurations, cancellationToken),
        FollowAsync(KubernetesDescriptors.MutatingWebhookConfigurations, cancellationToken));

    /// <summary>Waits for the next change, and for no longer than a time.</summary>
    public async Task WaitAsync(TimeSpan most, CancellationToken cancellationToken)
    {
        using var enough = new CancellationTokenSource(most, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        try
        {
            await changes.Reader.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Time for a look anyway.
        }
    }

    private async Task FollowAsync<T>(EntityDescriptor<T> descriptor, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var options = new WatchOptions { FieldSelector = $"metadata.name={name}", AllowBookmarks = false };
        while (!cancellationToken.IsCancellationRequested)
        {
            var pause = Renewal;
            try
            {
                await foreach (var _ in client.WatchAsync(descriptor, null, null, options, cancellationToken).ConfigureAwait(false))
                    changes.Writer.TryWrite(true);
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                pause = retry;
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
